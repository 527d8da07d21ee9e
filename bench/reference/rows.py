"""Runs one row of the ratios by the authors' code and prints what Amend.Ratios prints: the row, seconds, CPU seconds, peak megabytes.

    python rows.py DIR ROW

DIR holds clones of kmeng01/rome and kmeng01/memit in folders `rome` and `memit`; the Python has torch and transformers. The model is a
random one of GPT-2's shape, its tokenizer one of words, as in bench/Amend.Ratios/Work.cs. Nothing in DIR is changed: "cuda" in the source
becomes "cpu" while it is read, and what is imported but not needed here (datasets, matplotlib) may be missing.
"""

import importlib.abc
import importlib.machinery
import os
import re
import resource
import sys
import time
import types
from pathlib import Path
from unittest.mock import MagicMock

import torch

WIDTH, LAYERS, HEADS, VOCABULARY, CONTEXT = 768, 12, 12, 50257, 1024
LAYER, MEMIT_LAYERS = 5, [3, 4, 5, 6, 7]
PROMPT, SUBJECT = "The Old Space Needle is a high tower in the city of", "Old Space Needle"
MODULES = dict(
    rewrite_module_tmp="transformer.h.{}.mlp.c_proj",
    layer_module_tmp="transformer.h.{}",
    mlp_module_tmp="transformer.h.{}.mlp",
    attn_module_tmp="transformer.h.{}.attn",
    ln_f_module="transformer.ln_f",
    lm_head_module="transformer.wte",
    mom2_dataset="wikipedia",
    mom2_n_samples=100000,
    mom2_dtype="float32",
)


class OnCpu(importlib.abc.MetaPathFinder):
    """Reads the authors' modules with the device replaced."""

    def __init__(self, folder):
        self.folder = folder

    def find_spec(self, name, path, target=None):
        spec = importlib.machinery.PathFinder.find_spec(name, path)
        if spec is None or not (spec.origin or "").startswith(str(self.folder)):
            return None
        if spec.origin.endswith(".py"):
            spec.loader = OnCpuLoader(name, spec.origin)
        return spec


class OnCpuLoader(importlib.machinery.SourceFileLoader):
    def get_code(self, fullname):
        text = self.get_data(self.path).decode().replace('"cuda"', '"cpu"').replace(".cuda()", "")
        return compile(text, self.path, "exec", dont_inherit=True)


class Batch(dict):
    def to(self, _):
        return self


class WordTokenizer:
    """A token for each word with the space before it, numbered as they come."""

    pad_token_id, all_special_tokens, all_special_ids = 0, [], []

    def __init__(self):
        self.words = [""]
        self.ids = {}

    def encode(self, text):
        return [self._id(word) for word in re.findall(r"\s*\S+|\s+$", text)]

    def decode(self, ids):
        ids = [ids] if isinstance(ids, int) else ids.reshape(-1).tolist() if torch.is_tensor(ids) else ids
        return "".join(self.words[i] for i in map(int, ids) if i < len(self.words))

    def __call__(self, texts, return_tensors=None, padding=False):
        rows = [self.encode(text) for text in ([texts] if isinstance(texts, str) else texts)]
        width = max(map(len, rows))
        if return_tensors is None:
            return dict(input_ids=rows[0]) if isinstance(texts, str) else Lists(input_ids=rows)
        ids = torch.tensor([row + [0] * (width - len(row)) for row in rows])
        mask = torch.tensor([[1] * len(row) + [0] * (width - len(row)) for row in rows])
        return Batch(input_ids=ids, attention_mask=mask)

    def _id(self, word):
        if word not in self.ids:
            self.ids[word] = len(self.words)
            self.words.append(word)
        return self.ids[word]


class Lists(dict):
    """What a real tokenizer gives for a list of texts without tensors: it can be cut by places, as repr_tools does."""

    def __getitem__(self, key):
        return dict.__getitem__(self, "input_ids")[key] if isinstance(key, slice) else dict.__getitem__(self, key)


def words(count, seed):
    return " ".join(f"word{seed * 31 + i}" for i in range(count))


def templates():
    """The bare prompt and 20 templates, half of 5 and half of 10 words."""
    return ["{}"] + [f"{words(length, i)}. {{}}" for length in (5, 10) for i in range(10)]


def request(subject):
    return dict(case_id=0, prompt="{} plays the sport of", subject=subject, target_new=dict(str=" association football"))


def rome(model, tok, evaluations):
    from rome import rome_main

    rome_main.CONTEXT_TEMPLATES_CACHE = templates()
    settings = rome_main.ROMEHyperParams(
        layers=[LAYER], fact_token="subject_last", v_num_grad_steps=evaluations, v_lr=0.5, v_loss_layer=LAYERS - 1, v_weight_decay=0.5,
        clamp_norm_factor=4, kl_factor=0.0625, mom2_adjustment=False, context_template_length_params=[], **MODULES)
    _, before = rome_main.apply_rome_to_model(model, tok, [request("LeBron James")], settings, return_orig_weights=True)
    restore(model, before)


def memit(model, tok, requests, evaluations):
    from memit import memit_main

    memit_main.CONTEXT_TEMPLATES_CACHE = [templates()]
    memit_main.get_cov = lambda *_, **__: torch.eye(4 * WIDTH)
    settings = memit_main.MEMITHyperParams(
        layers=MEMIT_LAYERS, layer_selection="all", fact_token="subject_last", v_num_grad_steps=evaluations, v_lr=0.5,
        v_loss_layer=LAYERS - 1, v_weight_decay=0.5, clamp_norm_factor=0.75, kl_factor=0.0625, mom2_adjustment=True,
        mom2_update_weight=20000, **MODULES)
    asked = [request(f"LeBron James {i}") for i in range(requests)]
    _, before = memit_main.apply_memit_to_model(model, tok, asked, settings, return_orig_weights=True)
    restore(model, before)


def restore(model, weights):
    parameters = dict(model.named_parameters())
    with torch.no_grad():
        for name, value in weights.items():
            parameters[name][...] = value


def trace(model, tok, kind, samples):
    from experiments import causal_trace

    both = types.SimpleNamespace(model=model, tokenizer=tok, num_layers=LAYERS)
    with torch.no_grad():
        causal_trace.calculate_hidden_flow(both, PROMPT, SUBJECT, samples=samples, noise=0.1, window=10, kind=kind)


def statistics(model, tok, texts):
    """The loop of rome/layer_stats.py over texts that are tokens already."""
    from rome.tok_dataset import flatten_masked_batch
    from util.nethook import Trace
    from util.runningstats import SecondMoment

    stat = SecondMoment()
    generator = torch.Generator().manual_seed(1)
    with torch.no_grad():
        for first in range(0, texts, 3):
            ids = torch.randint(VOCABULARY, (min(3, texts - first), CONTEXT), generator=generator)
            batch = dict(input_ids=ids, attention_mask=torch.ones_like(ids))
            with Trace(model, f"transformer.h.{LAYER}.mlp.c_proj", retain_input=True, retain_output=False, stop=True) as tr:
                model(**batch)
            stat.add(flatten_masked_batch(tr.input, batch["attention_mask"]).to(dtype=torch.float32))


def greedy(model, tok, texts, tokens):
    from util.generate import generate_fast

    generate_fast(model, tok, [words(8, i) for i in range(texts)], top_k=1, max_out_len=8 + tokens)


ROWS = {
    "rome": ("rome", lambda m, t: rome(m, t, 2), lambda m, t: rome(m, t, 20)),
    "trace-state": ("rome", lambda m, t: trace(m, t, None, 1), lambda m, t: trace(m, t, None, 10)),
    "trace-mlp": ("rome", lambda m, t: trace(m, t, "mlp", 1), lambda m, t: trace(m, t, "mlp", 10)),
    "trace-attn": ("rome", lambda m, t: trace(m, t, "attn", 1), lambda m, t: trace(m, t, "attn", 10)),
    "memit": ("memit", lambda m, t: memit(m, t, 1, 2), lambda m, t: memit(m, t, 10, 20)),
    "statistics": ("rome", lambda m, t: statistics(m, t, 1), lambda m, t: statistics(m, t, 34)),
    "greedy-1": ("rome", lambda m, t: greedy(m, t, 1, 2), lambda m, t: greedy(m, t, 1, 100)),
    "greedy-10": ("rome", lambda m, t: greedy(m, t, 10, 2), lambda m, t: greedy(m, t, 10, 100)),
}


def main(folder, row):
    from transformers import GPT2Config, GPT2LMHeadModel

    repository, before, timed = ROWS[row]
    folder = Path(folder).resolve() / repository
    sys.meta_path.insert(0, OnCpu(folder))
    sys.path.insert(0, str(folder))
    os.chdir(folder)
    for name in ("datasets", "dsets", "matplotlib", "matplotlib.style"):
        sys.modules.setdefault(name, MagicMock())
    torch.set_num_threads(len(os.sched_getaffinity(0)))
    torch.manual_seed(1)
    model = GPT2LMHeadModel(GPT2Config(n_embd=WIDTH, n_layer=LAYERS, n_head=HEADS, vocab_size=VOCABULARY, n_positions=CONTEXT)).eval()
    tok = WordTokenizer()
    out, sys.stdout = sys.stdout, open(os.devnull, "w")
    before(model, tok)
    started, cpu = time.perf_counter(), time.process_time()
    timed(model, tok)
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    sys.stdout = out
    print(f"{row} {seconds:.3f} {cpu:.3f} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10}")


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[2] not in ROWS:
        sys.exit(f"Give the folder with the authors' code and a row, one of {', '.join(ROWS)}.")
    main(sys.argv[1], sys.argv[2])
