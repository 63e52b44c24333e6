# For hosts with AppArmor: what Docker's own profile (docker-default) allows a container, and the mounts with which a
# sandbox enters namespaces of its own, which docker-default forbids. Each mount is of a fresh tmpfs in a mount namespace of the
# sandbox's own. Load it on every host of workers, and name it to them:
#
#     apparmor_parser --replace --write-cache apparmor.profile
#     GRADELOOP_APPARMOR_PROFILE=gradeloop-bench
#
# Checked by the parser; not tried on a host with AppArmor.

#include <tunables/global>

profile gradeloop-bench flags=(attach_disconnected,mediate_deleted) {
  #include <abstractions/base>

  network,
  capability,
  file,
  umount,

  # The namespaces of a sandbox (grader/sandbox/namespaces.py), and nothing else.
  mount options=(rw, rprivate) -> /,
  mount fstype=tmpfs options in (rw, ro, nosuid, nodev, noexec) -> /tmp/,
  mount fstype=tmpfs options in (ro, nosuid, nodev, noexec) -> /{proc,sys,dev,run,var}/,

  # Where unprivileged user namespaces are restricted (Ubuntu 23.10 and later, AppArmor 4), this line too:
  #userns,

  signal (receive) peer=unconfined,
  signal (receive) peer=runc,
  signal (receive) peer=crun,
  signal (send, receive) peer=gradeloop-bench,

  # What follows is docker-default's.
  deny @{PROC}/* w,
  deny @{PROC}/{[^1-9],[^1-9][^0-9],[^1-9s][^0-9y][^0-9s],[^1-9][^0-9][^0-9][^0-9]*}/** w,
  deny @{PROC}/sys/[^k]** w,
  deny @{PROC}/sys/kernel/{?,??,[^s][^h][^m]**} w,
  deny @{PROC}/sysrq-trigger rwklx,
  deny @{PROC}/kcore rwklx,

  deny /sys/[^f]*/** wklx,
  deny /sys/f[^s]*/** wklx,
  deny /sys/fs/[^c]*/** wklx,
  deny /sys/fs/c[^g]*/** wklx,
  deny /sys/fs/cg[^r]*/** wklx,
  deny /sys/firmware/** rwklx,
  deny /sys/devices/virtual/powercap/** rwklx,
  deny /sys/kernel/security/** rwklx,

  ptrace (trace, read, tracedby, readby) peer=gradeloop-bench,
}
