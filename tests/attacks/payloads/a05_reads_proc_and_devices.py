# A5: reads its own memory, its parent's, the kernel's, the devices and the bench's socket through the file system.
import os
import sys


def seen(look):
    try:
        return f"gave {found!r}"[:200] if (found := look()) else "denied: nothing there"
    except OSError as error:
        return f"denied: {type(error).__name__}"


PATHS = ["/proc/self/mem", "/proc/self/maps", "/proc/self/environ", "/proc/self/cmdline", "/proc/self/status"]
PATHS += ["/proc/1/mem", "/proc/1/root/etc/passwd", "/proc/2/environ", "/proc/kcore", "/proc/sys/kernel/hostname"]
PATHS += ["/proc/mounts", "/sys/kernel/notes", "/dev/mem", "/dev/kmsg", "/dev/sda", "/dev/vda", "/dev/fuse", "/dev/kvm"]
PATHS += ["/dev/stdin", "/dev/fd/0", "/dev/tty", "/etc/passwd", "/etc/shadow", "/root/.bashrc", "/root/.ssh/id_rsa"]
PATHS += ["/run/gradeloop/sandbox.sock", "/var/run/docker.sock", "/run/docker.sock", "/var/lib/docker", "/.dockerenv"]
FOLDERS = ["/proc", "/sys", "/dev", "/dev/shm", "/run", "/run/gradeloop", "/var", "/home", "/mnt", "/media", "/srv"]



def listed(folder):
    # The way to an installation below /home is there, and nothing beside it.
    way = {part for prefix in (sys.prefix, sys.base_prefix, os.__file__) for part in prefix.split("/")}
    return sorted(set(os.listdir(folder)) - way)


def attempt():
    found = {path: seen(lambda path=path: open(path, "rb").read(64)) for path in PATHS}
    return found | {path: seen(lambda path=path: listed(path)) for path in FOLDERS}
