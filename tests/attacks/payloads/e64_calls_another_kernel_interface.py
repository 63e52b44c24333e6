# E64: machine code that calls the kernel by its other doors, where a filter may not look: 32 bit and x32.
import ctypes
import mmap
import platform

DOORS = {
    0: b"\xb8\x02\x00\x00\x00\xcd\x80\xc3",  # fork by int 0x80
    1: b"\xb8\x39\x00\x00\x40\x0f\x05\xc3",  # fork by the x32 numbers
    2: b"\xb8\x66\x00\x00\x00\xcd\x80\xc3",  # socketcall by int 0x80
}


def case(i):
    if i in DOORS and platform.machine() == "x86_64":
        code = mmap.mmap(-1, 4096, prot=mmap.PROT_READ | mmap.PROT_WRITE | mmap.PROT_EXEC)
        code.write(DOORS[i])
        function = ctypes.CFUNCTYPE(ctypes.c_int)(ctypes.addressof(ctypes.c_char.from_buffer(code)))
        raise OSError(-function(), "denied") if function() < 0 else RuntimeError("allowed")
    if i < 3:
        raise OSError(1, "denied")
    return i + 0.5
