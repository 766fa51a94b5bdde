/**
 * The small program around every child: `sh -c SCRIPT name DIR ARGV…`. Given as an argument and not as a file, because
 * a shell reads a script file while it runs it, and an update of the bot must not change what a running job reads.
 *
 * - `claim` is a folder, and making a folder is atomic: of the wrapper that begins and the bot that gives the job up
 *   after a crash, exactly one makes it, so a job never runs twice.
 * - The redirection hands the file itself to the program: no pipe to the bot that could close or fill.
 * - `process.json` and `exit.json` are written under another name and renamed, so that nobody reads half of one.
 * - The traps keep the wrapper alive while the signal that it shares with its process group ends the program; they are
 *   commands, not `''`, because ignored signals would be ignored by the program too (POSIX, trap).
 * - The exit code is written again and again when the disk is full: it is the only record of how the run ended.
 */
export const wrapperScript = `
dir=$1
shift
mkdir "$dir/claim" 2>/dev/null || exit 125
exec >> "$dir/output.log" 2>&1 || exit 126
field() { shift 19; printf %s "$1"; }
if [ -r "/proc/$$/stat" ]; then
  read -r stat < "/proc/$$/stat"
  started=$(field \${stat##*) })
  read -r boot < /proc/sys/kernel/random/boot_id
else
  started=$(ps -o lstart= -p $$ | sed 's/^ *//; s/ *$//')
  boot=$(sysctl -n kern.bootsessionuuid)
fi
put() { printf '%s\\n' "$2" > "$dir/$1.part" && mv "$dir/$1.part" "$dir/$1"; }
put process.json "{\\"pid\\":$$,\\"startedAt\\":\\"$started\\",\\"bootId\\":\\"$boot\\"}" || exit 126
trap : INT TERM HUP
"$@"
code=$?
until put exit.json "{\\"exitCode\\":$code}" 2>/dev/null; do sleep 5; done
exit $code
`;
