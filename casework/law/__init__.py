"""The rules of article 18, and of what stands beside it, as data. ◆

The ids are stable: errors, tests, findings and the printed request name them.
"""

from casework.law.channel import RULES as CHANNEL
from casework.law.contents import RULES as CONTENTS
from casework.law.execution import RULES as EXECUTION
from casework.law.protection import RULES as PROTECTION
from casework.law.scope import RULES as SCOPE
from casework.law.video import RULES as VIDEO
from casework.rules import Rule

RULES: tuple[Rule, ...] = (*SCOPE, *CHANNEL, *CONTENTS, *EXECUTION, *PROTECTION, *VIDEO)
