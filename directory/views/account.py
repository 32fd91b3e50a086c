"""One's own account: language, time zone, for whom one acts, and how one signs in."""

from allauth.mfa.utils import is_mfa_enabled
from django import forms
from django.conf import settings
from django.contrib import messages
from django.db.models import Q
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext, override
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from directory import editing, joining, kept, linking, preferences, times, tokens
from directory.access import ActingRequest, acting_required
from directory.errors import NotFound
from directory.middleware import SESSION_KEY
from directory.models import Membership, Resource, User


class AccountForm(forms.ModelForm[User]):
    """The words and clocks a person wants to read."""

    language = forms.ChoiceField(choices=settings.LANGUAGES, label=gettext_lazy("Language of pages and letters"))
    zone = forms.CharField(label=gettext_lazy("Time zone"), max_length=64)

    class Meta:
        model = User
        fields = ["language", "zone"]

    def clean_zone(self) -> str:
        """An IANA zone, spelled as the map has it."""
        zone = str(self.cleaned_data["zone"])
        if zone not in times.zones():
            raise forms.ValidationError(
                _("This time zone is not known. Write it like America/Bogota."), code="unknown_zone"
            )
        return zone


@acting_required
def account(request: ActingRequest) -> HttpResponse:
    """Show and change; what was typed stays on the page if it cannot be saved."""
    form = AccountForm(request.POST or None, instance=request.user)
    if request.method == "POST" and form.is_valid():
        preferences.keep(by=request.acting, **form.cleaned_data)
        return _saved(request, form.cleaned_data["language"])
    return render(request, "directory/account.html", _shown(request, form), status=422 if form.errors else 200)


@require_POST
@acting_required
def act_for(request: ActingRequest) -> HttpResponse:
    """Choose for whom to act from here on; what is not one's own membership changes nothing."""
    request.session[SESSION_KEY] = request.POST.get("membership", "")
    return redirect("home")


@require_POST
@acting_required
def end_tokens(request: ActingRequest) -> HttpResponse:
    """End every key to the API that is one's own."""
    ended = tokens.revoke(user=request.acting.user, by=request.acting)
    words = ngettext("%(n)s key is ended.", "%(n)s keys are ended.", ended) % {"n": ended}
    messages.success(request, words)
    return redirect("directory:account")


@never_cache
@require_safe
@acting_required
def again(request: ActingRequest) -> HttpResponse:
    """A form that could not be sent when it was pressed, to be sent now."""
    found = kept.opened(request)
    if found is None:
        raise NotFound
    return render(request, "directory/again.html", {"kept": found})


def _shown(request: ActingRequest, form: AccountForm) -> dict[str, object]:
    user = User.objects.get(pk=request.user.pk)  # the form may have put refused words into request.user
    return {
        "form": form,
        "memberships": user.memberships.filter(active=True).select_related("authority__state"),
        "mfa": is_mfa_enabled(user),
        "zones": editing.zone_choices(),
        "now": timezone.now(),
        "zone_now": user.zone,
        "keys": list(tokens.standing(user)),
        "joins": joining.asked_of(user),
        "asked": linking.asked_of(request.acting),
        "mine": _bookable(user, request.acting),
    }


def _bookable(user: User, acting: Membership) -> Resource | None:
    """What is booked when this person is, if the authority he acts for keeps it."""
    own = Resource.objects.filter(Q(user=user) | Q(interpreter__user=user))
    return own.filter(authority=acting.authority_id).first()


def _saved(request: ActingRequest, language: str) -> HttpResponse:
    with override(language):
        messages.success(request, _("Your language and time zone are kept."))
    response = redirect("directory:account")
    response.set_cookie(settings.LANGUAGE_COOKIE_NAME, language, samesite="Lax", secure=request.is_secure())
    return response
