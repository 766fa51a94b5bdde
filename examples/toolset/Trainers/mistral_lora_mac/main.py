"""LoRA fine-tuning of the miniature model in the way of the MLX trainer: `python main.py --config config/config.yaml`."""
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
#: The folder that holds `shared`, in either layout.
sys.path.insert(0, str(next(each for each in HERE.parents if (each / "shared" / "miniature").is_dir())))

from shared.miniature import mlx  # noqa: E402

if __name__ == "__main__":
    sys.exit(mlx.main(HERE, sys.argv[1:]))
