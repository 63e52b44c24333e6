# E63: system calls that lead out of a sandbox or into the kernel's less trodden parts, by number.
import sys
import ctypes
import os

pyseccomp = sys.modules["pyseccomp"]  # which `import` refuses

libc = ctypes.CDLL(None, use_errno=True)

CALLS = """
mount umount2 pivot_root chroot unshare setns fsopen fsmount move_mount open_tree mount_setattr
ptrace process_vm_readv process_vm_writev pidfd_open pidfd_getfd pidfd_send_signal kcmp process_madvise
io_uring_setup io_uring_enter io_uring_register userfaultfd bpf perf_event_open keyctl add_key request_key
init_module finit_module delete_module kexec_load kexec_file_load reboot swapon swapoff syslog acct quotactl
open_by_handle_at name_to_handle_at fanotify_init inotify_init1 memfd_create memfd_secret
shmget semget msgget mq_open io_setup
socket connect bind listen accept4 sendmsg recvmsg sendmmsg recvmmsg
fork vfork execve execveat clone3
setuid setgid setreuid setresuid setgroups setfsuid capset seccomp landlock_create_ruleset personality
sethostname setdomainname settimeofday clock_settime adjtimex iopl ioperm modify_ldt
mknod mknodat symlink symlinkat link linkat chmod fchmod fchmodat chown fchown fchownat setxattr lsetxattr
mbind set_mempolicy migrate_pages move_pages splice tee vmsplice sched_setscheduler sched_setattr setpriority ioprio_set
timer_create signalfd4 tkill rt_sigqueueinfo rt_tgsigqueueinfo prctl
""".split()
CLONE_NEWUSER = 0x10000000
PRCTL = {"dies with its parent": 1, "can be dumped": 4, "keeps capabilities": 8, "filters": 22, "ambient": 47}


def number_of(name):
    return pyseccomp.resolve_syscall(pyseccomp.system_arch(), name)


def called(*arguments):
    result = libc.syscall(*map(ctypes.c_long, arguments))
    return f"denied: {os.strerror(ctypes.get_errno())}" if result == -1 else f"gave {result}"


def attempt():
    found = {name: called(number_of(name), 0, 0, 0, 0, 0, 0) for name in CALLS if number_of(name) >= 0}
    found["clone of a process"] = called(number_of("clone"), 17, 0, 0, 0, 0)
    found["clone with namespaces"] = called(number_of("clone"), CLONE_NEWUSER | 17, 0, 0, 0, 0)
    found["unshare with arguments"] = called(number_of("unshare"), CLONE_NEWUSER)
    for name, option in PRCTL.items():
        found[f"prctl {name}"] = called(number_of("prctl"), option, 1, 0, 0, 0)
    found["typing into a terminal"] = called(number_of("ioctl"), 0, 0x5412, 0)
    return found
