"""KTO fine-tuning of the miniature model: `python train_kto.py --help`."""
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
#: The folder that holds `shared`, in either layout.
sys.path.insert(0, str(next(each for each in HERE.parents if (each / "shared" / "miniature").is_dir())))

from shared.miniature import rtx  # noqa: E402

if __name__ == "__main__":
    sys.exit(rtx.main("kto", HERE, sys.argv[1:]))
