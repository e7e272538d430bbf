#!/bin/sh
# Installs this tree as a release and makes it the current one, also over an earlier one: docs/deploy.md.
# The store, .env and config.yaml are in /var/lib/signalbox and are never touched.
#   sudo deploy/install.sh             installs or upgrades
#   sudo deploy/install.sh --rollback  goes back to the release before
# ROOT names another root for tests and images; nothing outside of it is written, and systemd is not called.
set -eu

ROOT=${ROOT:-}
OPT=$ROOT/opt/signalbox
STATE=$ROOT/var/lib/signalbox
UNITS=$ROOT/etc/systemd/system
SOURCE=$(cd "$(dirname "$0")/.." && pwd)

say() { printf '%s\n' "$*"; }
fail() { say "$*" >&2; exit 1; }
systemd() { if [ -z "$ROOT" ]; then systemctl "$@"; fi; }

# One rename: there is no moment without a current release.
make_current() {
  ln -s "releases/$1" "$OPT/current.new"
  mv -T "$OPT/current.new" "$OPT/current"
}

restart_if_running() {
  if [ -z "$ROOT" ] && systemctl is-active --quiet signalbox; then
    systemctl restart signalbox
    say "restarted"
  fi
}

rollback() {
  [ -L "$OPT/previous" ] || fail "there is no release before this one"
  previous=$(basename "$(readlink "$OPT/previous")")
  current=$(basename "$(readlink "$OPT/current")")
  make_current "$previous"
  ln -sfn "releases/$current" "$OPT/previous"
  restart_if_running
  say "current is $previous; the one left is $current"
}

[ "$(id -u)" = 0 ] || fail "run it as root"
case "${1:-}" in
  '') ;;
  --rollback) rollback; exit 0 ;;
  *) fail "usage: deploy/install.sh [--rollback]" ;;
esac
command -v npm >/dev/null || fail "npm is missing: apt-get install npm, or Node 24 from https://nodejs.org"
# npm 9, Debian's, stumbles over the alias among the overrides, even to run another; away from it, it can fetch its
# successor.
case $(cd / && npm --version) in
  [1-9].*) npm() { (cd / && npx --yes npm@11 "$@" --prefix "$target"); } ;;
esac

if [ -z "$ROOT" ] && ! getent passwd signalbox >/dev/null; then
  useradd --system --home-dir /var/lib/signalbox --shell /usr/sbin/nologin signalbox
fi

release=$(date -u +%Y%m%dT%H%M%SZ)
target=$OPT/releases/$release
mkdir -p "$target" "$UNITS"
# Whatever stops this leaves the current release as it is.
trap 'rm -rf "$target" "$OPT/current.new"' EXIT
for part in src deploy docs package.json package-lock.json .npmrc .env.example config.example.yaml config.example.zh-CN.yaml LICENSE CHANGELOG.md; do
  cp -R "$SOURCE/$part" "$target/"
done
(cd "$target" && npm ci --omit=dev --no-audit --no-fund --loglevel=error)
# One signal to its end, against the built-in Discord and exchange: a release that cannot trade is never current.
# What it compiles is kept in the release.
say "trying the release"
try=$(mktemp -d)
(cd "$try" && env -i PATH="$target/node_modules/.bin:$PATH" WEB_PORT=0 node "$target/src/start.js" sandbox --once --fast >"$try/log" 2>&1) ||
  { cat "$try/log" >&2; rm -rf "$try"; fail "this release does not work here"; }
rm -rf "$try"
# Under the number of the user who compiled it (root): the one who runs it needs a name for it.
if user=$(id -u signalbox 2>/dev/null); then
  for kept in "$target"/node_modules/.cache/*/v*-0; do
    [ ! -d "$kept" ] || ln -s "${kept##*/}" "${kept%-0}-$user"
  done
fi
chmod -R a+rX,go-w "$target"

if [ -L "$OPT/current" ]; then
  ln -sfn "$(readlink "$OPT/current")" "$OPT/previous"
fi
make_current "$release"
trap - EXIT
cp "$SOURCE"/deploy/signalbox.service "$SOURCE"/deploy/signalbox-backup.service "$SOURCE"/deploy/signalbox-backup.timer "$UNITS/"
mkdir -p "$STATE"
chmod 700 "$STATE"
if [ -z "$ROOT" ]; then chown signalbox:signalbox "$STATE"; fi
systemd daemon-reload
systemd enable --quiet signalbox.service signalbox-backup.timer
systemd start signalbox-backup.timer
restart_if_running

# The two newest beside the current one are enough to go back to.
for old in $(find "$OPT/releases" -mindepth 1 -maxdepth 1 -printf '%f\n' | sort -r | tail -n +4); do
  case "$(readlink "$OPT/current")$(readlink "$OPT/previous" 2>/dev/null || true)" in
    *"$old"*) ;;
    *) rm -rf "$OPT/releases/$old" ;;
  esac
done
say "current is $release"
[ -f "$STATE/.env" ] || say "next: cd /var/lib/signalbox && sudo -u signalbox /opt/signalbox/current/node_modules/.bin/node /opt/signalbox/current/src/start.js setup; then: sudo systemctl start signalbox"
