#!/usr/bin/env bash
# Builds, then serves a site with stock httpd through Swift, on 127.0.0.1 and in the foreground, as root or not.
# The environment says what: PORT (8080; PORT+1 speaks a TCP protocol), SITE (a folder; httpd's manual),
# CONF (a file of further directives).
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
top=$PWD
if [[ ${1:-} != --tied ]]; then
    # Ends when its parent does, and on Ctrl-C even if a script started it in the background.
    exec env --default-signal=INT setpriv --pdeathsig TERM scripts/serve.sh --tied
fi

fail() {
    printf '%s\n' "$@" >&2
    exit 1
}

# What is asked for.
port=${PORT:-8080}
[[ $port =~ ^[1-9][0-9]{0,4}$ && $port -le 65534 ]] || fail "PORT=$port: a number from 1 to 65534 is expected."
echo_port=$((port + 1))
[[ $port -ge 1024 || $(id -u) -eq 0 ]] || fail "PORT=$port: ports below 1024 are root's. Try PORT=8080."
site=${SITE:-/usr/share/doc/apache2-doc/manual}
[[ -d $site ]] || fail "SITE=$site: there is no such folder."
site=$(realpath "$site")
extra=${CONF:-}
if [[ -n $extra ]]; then
    [[ -f $extra && -r $extra ]] || fail "CONF=$extra: there is no such file, or it cannot be read."
    extra=$(realpath "$extra")
fi

# Whether the ports are free; httpd would find out only after everything is built.
taken() { (exec 3<>"/dev/tcp/127.0.0.1/$1") 2>/dev/null; }
for candidate in "$port" "$echo_port"; do
    if taken "$candidate"; then
        free=$((port + 10))
        while [[ $free -lt 65534 ]] && { taken "$free" || taken $((free + 1)); }; do free=$((free + 10)); done
        fail "Port $candidate is taken (this needs $port and $echo_port). Try: make serve PORT=$free"
    fi
done

# The server, wherever this system keeps it.
libexecdir=$(apxs -q LIBEXECDIR)
httpd=$(apxs -q SBINDIR)/$(apxs -q PROGNAME)
[[ -x $httpd ]] || fail "No httpd at $httpd, where apxs says it is."
mime_types=/etc/mime.types
[[ -e $mime_types ]] || mime_types=$(apxs -q SYSCONFDIR)/mime.types

# Root gives up its rights in the children, so they must be able to read what they serve.
identity='# Not started by root: the children run as whoever started this.'
if [[ $(id -u) -eq 0 ]]; then
    user=www-data
    id "$user" >/dev/null 2>&1 || user=daemon
    group=$(id -gn "$user")
    identity="User $user"$'\n'"Group $group"
    setpriv --reuid "$user" --regid "$group" --clear-groups test -r "$site" -a -x "$site" || fail \
        "SITE=$site: started by root, httpd serves as $user, and $user cannot read that folder." \
        "Open it and the folders above it (chmod o+rx), choose another one, or do not start this as root."
fi

swift build -c release
swift build -c release --package-path Examples/Shout
modules=$top/.build/release
shout=$top/Examples/Shout/.build/release

# A server root of its own.
root=$top/.build/serve/$port
mkdir -p "$root/run" "$root/logs" 2>/dev/null && [[ -w $root && -w $root/run && -w $root/logs ]] || fail \
    "Cannot write to $root. Did somebody else, root perhaps, start this here before? Remove that folder."
: >>"$root/logs/error.log" && : >>"$root/logs/access.log" || fail "Cannot write to the logs in $root/logs."

conf=$root/httpd.conf
text=$(<conf/serve.conf.in)
fill() { text=${text//"@$1@"/"$2"}; }
fill ROOT "$root"
fill PORT "$port"
fill ECHO_PORT "$echo_port"
fill SITE "$site"
fill MODULES "$modules"
fill SHOUT "$shout"
fill LIBEXECDIR "$libexecdir"
fill MIME_TYPES "$mime_types"
fill IDENTITY "$identity"
fill EXTRA "${extra:+Include \"$extra\"}"
printf '%s\n' "$text" >"$conf"
"$httpd" -t -f "$conf" 2>"$root/logs/configtest" || fail "$(<"$root/logs/configtest")"

page=
[[ ! -e $site/en/index.html ]] || page=en/
cat <<END

Serving $site with $("$httpd" -v | sed -n 's/^Server version: //p'), event MPM:

  http://127.0.0.1:$port/        each HTML page through Rewriting.Replace
  http://127.0.0.1:$port/shout/  the same, then through Shout.Upper
  127.0.0.1:$echo_port                TCP, answered by Echo.Echo${extra:+
  and what $extra adds}

Try, in another terminal:

  curl -s http://127.0.0.1:$port/$page | grep -m 1 Swift
  curl -s http://127.0.0.1:$port/shout/$page | head -n 12
  printf 'hello\n' | nc -q 1 127.0.0.1 $echo_port

Logs and configuration: ${root#"$top"/}. Ctrl-C ends it.

END

# httpd runs in a session of its own, so that a signal to this process group reaches it through this shell alone: a
# terminal that closes means the end here, where httpd would take SIGHUP for a restart. It ends with this shell, and
# this shell with whoever started it, even if that is killed outright.
child= stopped=
trap 'stopped=yes; [[ -z $child ]] || kill -TERM "$child" 2>/dev/null || :' INT TERM HUP
setsid setpriv --pdeathsig TERM "$httpd" -DFOREGROUND -f "$conf" </dev/null &
child=$!
[[ -z $stopped ]] || kill -TERM "$child"
status=0
while kill -0 "$child" 2>/dev/null; do
    status=0
    wait "$child" || status=$?
done
exit "$status"
