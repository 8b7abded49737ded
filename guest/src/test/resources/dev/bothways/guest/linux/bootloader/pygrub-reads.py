# Reads every menu in a folder with pygrub's own parser, and prints what it made of it: one line a file,
# the default's number and, in hexadecimal, title, kernel, arguments and initramfs of each image; or "raised".
import logging, os, sys

sys.path.insert(0, sys.argv[1])
logging.disable(logging.CRITICAL)
from grub.GrubConf import Grub2ConfigFile, GrubConfigFile
from grub.ExtLinuxConf import ExtLinuxConfigFile

kinds = {"cfg": Grub2ConfigFile, "lst": GrubConfigFile, "conf": ExtLinuxConfigFile}
for name in sorted(os.listdir(sys.argv[2])):
    try:
        config = kinds[name.rpartition(".")[2]]()
        config.filename = "/boot/" + name
        with open(os.path.join(sys.argv[2], name), "rb") as file:
            config.parse(file.read(1024 * 1024).decode())
        parts = []
        for image in config.images:
            parts += [
                image.title,
                image.kernel[1] if image.kernel else "",
                image.args or "",
                image.initrd[1] if image.initrd else "",
            ]
        default = config.default if isinstance(config.default, int) else 0
        int(config.timeout)
        print(min(default, 1 << 30), *[part.encode("utf-8", "surrogatepass").hex() + "." for part in parts])
    except Exception:
        print("raised")
