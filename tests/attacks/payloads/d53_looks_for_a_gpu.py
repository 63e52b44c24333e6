# D53: looks for a graphics processor, or any other accelerator, by its devices, its driver and its libraries.
import ctypes
import glob
import os

DEVICES = ["/dev/nvidia*", "/dev/nvidia-caps/*", "/dev/nvidia-uvm*", "/dev/dri/*", "/dev/kfd", "/dev/accel*", "/dev/dxg"]
DRIVERS = ["/proc/driver/nvidia*", "/sys/class/drm/*", "/sys/module/nvidia*", "/sys/module/amdgpu", "/run/nvidia*"]
LIBRARIES = ["libcuda.so.1", "libnvidia-ml.so.1", "libamdhip64.so", "libze_loader.so.1"]
VARIABLES = ["NVIDIA_", "CUDA_", "HIP_", "ROCR_", "LD_PRELOAD", "LD_LIBRARY_PATH"]


def told(found):
    return f"gave {found!r}" if found else "denied: nothing"


def loaded(name):
    try:
        return str(ctypes.CDLL(name))
    except OSError:
        return ""


def attempt():
    found = {pattern: told(glob.glob(pattern)) for pattern in DEVICES + DRIVERS}
    found |= {name: told(loaded(name)) for name in LIBRARIES}
    found |= {start: told([name for name in os.environ if name.startswith(start)]) for start in VARIABLES}
    return found
