# A5: uses descriptors that it may have inherited, and tries to be handed more through the one it has.
import array
import os
import socket


def tried(action):
    try:
        gave = action()
    except BaseException as error:
        return f"denied: {type(error).__name__}"
    return f"gave {gave!r}"[:200]


def seen(look):
    try:
        return f"gave {found!r}"[:200] if (found := look()) else "denied: nothing there"
    except OSError as error:
        return f"denied: {type(error).__name__}"


def handed_over(channel):
    room = socket.CMSG_SPACE(array.array("i").itemsize)
    return channel.recvmsg(1, room, socket.MSG_DONTWAIT)


def attempt():
    found = {f"descriptor {number}": tried(lambda number=number: str(os.fstat(number))) for number in range(4, 256)}
    channel = socket.socket(fileno=os.dup(3), family=socket.AF_UNIX, type=socket.SOCK_STREAM)
    found["standard input"] = seen(lambda: os.read(0, 64))
    found["being handed a descriptor"] = tried(lambda: handed_over(channel))
    found["handing one over"] = tried(lambda: socket.send_fds(channel, [b"x"], [1]))
    found["who is there"] = seen(lambda: int.from_bytes(channel.getsockopt(socket.SOL_SOCKET, 17, 12)[:4], "little"))
    found["printing to a terminal"] = seen(lambda: os.isatty(1))
    channel.close()
    return found
