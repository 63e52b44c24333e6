# D45: fills the disk: one large file, many, sparse ones, inodes, deep folders, long names, and leaves it all there.
import os


def large():
    with open("/tmp/large", "wb") as file:
        while True:
            file.write(bytes(1 << 20))


def many():
    for number in range(1000):
        with open(f"/tmp/many{number}", "wb") as file:
            file.write(bytes(4 << 20))


def sparse():
    with open("/tmp/sparse", "wb") as file:
        file.truncate(1 << 40)


def seeks():
    with open("/tmp/seeks", "wb") as file:
        file.seek(1 << 40)
        file.write(b"x")


def inodes():
    for number in range(1_000_000):
        os.mkdir(f"/tmp/inode{number}")


def deep():
    os.chdir("/tmp")
    while True:
        os.mkdir("d" * 200)
        os.chdir("d" * 200)


def allocates():
    with open("/tmp/allocated", "wb") as file:
        os.posix_fallocate(file.fileno(), 0, 1 << 30)


def links():
    os.symlink("/etc/passwd", "/tmp/link")


def hard_links():
    os.link(__file__, "/tmp/hard")


def pipes():
    os.mkfifo("/tmp/pipe")


FILLS = [large, many, sparse, seeks, inodes, deep, allocates, links, hard_links, pipes]


def case(i):
    if i < len(FILLS):
        FILLS[i]()
        return None
    return i + 0.5
