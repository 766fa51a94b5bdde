"""The model card: https://huggingface.co/docs/hub/model-cards"""
from __future__ import annotations

import json
import re

#: What the Hub takes as the id of a model or a dataset; anything else would make it refuse the whole card.
HUB_ID = re.compile(r"[\w.-]+(/[\w.-]+)?")


def metadata(lineage: dict, formats: list) -> str:
    """YAML; ids are written as JSON strings, which YAML reads as strings whatever they look like."""
    method = str(lineage.get("training_type", "")).lower()
    base = (lineage.get("model") or {}).get("base_model", "")
    dataset = (lineage.get("dataset") or {}).get("dataset_name", "")
    tags = ["fine-tuned", *([method] if re.fullmatch(r"[\w-]+", method) else []), *(["gguf"] if "gguf" in formats else [])]
    lines = [f"library_name: {'peft' if 'lora' in formats else 'transformers'}", "pipeline_tag: text-generation"]
    if isinstance(base, str) and HUB_ID.fullmatch(base):
        lines.append(f"base_model: {json.dumps(base)}")
    if isinstance(dataset, str) and HUB_ID.fullmatch(dataset):
        lines += ["datasets:", f"- {json.dumps(dataset)}"]
    return "\n".join(["---", *lines, "tags:", *(f"- {tag}" for tag in tags), "---", ""])


def written(name: str, lineage: dict, formats: list) -> str:
    """Markdown. `lineage` may be empty."""
    results = lineage.get("results") or {}
    rows = "".join(f"| {key.replace('_', ' ')} | {value} |\n" for key, value in results.items())
    text = f"{metadata(lineage, formats)}\n# {name}\n\nFormats: {', '.join(formats)}.\n"
    if rows:
        text += f"\n## Results\n\n| | |\n|---|---|\n{rows}"
    if lineage:
        text += f"\n## Training lineage\n\n```json\n{json.dumps(lineage, indent=2)}\n```\n"
    return text
