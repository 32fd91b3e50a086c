#!/bin/sh
# What the tests use of the system: a browser, a TURN server, Pango for PDF, libical as a judge, fonts.
# Installed where we are root on Debian or Ubuntu; elsewhere the lane that misses it is skipped and says so.
missing=""
command -v chromium >/dev/null || [ -n "$CHROMIUM" ] || missing="$missing chromium"
command -v turnserver >/dev/null || missing="$missing coturn"
ldconfig -p 2>/dev/null | grep -q libpangoft2-1.0 || missing="$missing libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0"
ldconfig -p 2>/dev/null | grep -q 'libical\.so' || missing="$missing libical3"
[ -d /usr/share/fonts/truetype/dejavu ] || missing="$missing fonts-dejavu-core"
[ -z "$missing" ] && exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then
  echo "Not on this machine:$missing. The tests that need it are skipped." >&2
  exit 0
fi
echo "Installing$missing ..."
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq >/dev/null 2>&1
# shellcheck disable=SC2086 (a list of words on purpose)
apt-get install -y -qq --no-install-recommends $missing >/dev/null 2>&1 || echo "apt could not install:$missing." >&2
