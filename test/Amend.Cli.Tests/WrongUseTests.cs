using Amend.Cli.Tests.Running;

namespace Amend.Cli.Tests;

public sealed class WrongUseTests(EditedHome edited) : IClassFixture<EditedHome>
{
    private const string Model = Facts.Model;
    private const string Contradiction = """
        {"id": "1", "requests": [{"prompt": "{} is in", "subject": "The Eiffel Tower", "target_new": "Rome"}]}
        {"id": "2", "requests": [{"prompt": "{} is in", "subject": "The Eiffel Tower", "target_new": "Madrid"}]}
        """;

    private static readonly string[] Train = ["train", "mend", "--model", Model, "--data", "atlas-counterfact", "--cases", "20"];

    private static readonly Dictionary<string, WrongUse> All = new()
    {
        ["no such verb"] = new(1, "'aks'", _ => ["aks", Model, "x"]),
        ["a verb without its verb"] = new(1, "train", _ => ["atlas"]),
        ["missing arguments"] = new(1, "MODEL and PROMPT", _ => ["ask"]),
        ["missing options"] = new(1, "--subject and --target-new", _ => ["edit", Model, "--prompt", "{} is in"]),
        ["many facts and the parts of one"] = new(1, "--requests and --prompt", _ => ["edit", Model, "--prompt", "{} is in", "--requests", "atlas-counterfact"]),
        ["cases of one fact"] = new(1, "--cases was given without --requests", _ => [.. Facts.Tower, "--target-new", "Rome", "--cases", "3"]),
        ["no cases of many facts"] = new(1, "--cases 0", _ => ["edit", Model, "--requests", "atlas-counterfact", "--cases", "0"]),
        ["many facts for an editor of one"] = new(2, "--in-turn", _ => ["edit", Model, "--requests", "atlas-counterfact", "--cases", "3"]),
        ["many facts that contradict each other"] = new(2, "contradict each other", b => ["edit", Model, "--editor", "memit", "--requests", $"amend:{b.File("cases.jsonl", Contradiction)}"]),
        ["facts of a data set without edits"] = new(2, "nothing to edit", _ => ["edit", Model, "--requests", "atlas-known", "--cases", "2"]),
        ["facts of no suite"] = new(2, "no suite 'atlas'", _ => ["edit", Model, "--requests", "atlas"]),
        ["chat about many facts"] = new(1, "--chat", _ => ["edit", Model, "--requests", "atlas-counterfact", "--chat"]),
        ["post-processor twice"] = new(1, "--post rect and --set post=prune", _ => [.. Facts.Tower, "--target-new", "Rome", "--post", "rect", "--set", "post=prune"]),
        ["no such post-processor"] = new(2, "'square'", _ => [.. Facts.Tower, "--target-new", "Rome", "--post", "square"]),
        ["prompt without quotes"] = new(1, "'Eiffel'", _ => ["ask", Model, "The", "Eiffel"]),
        ["no such option"] = new(1, "'--tokns'", _ => ["ask", Model, "x", "--tokns", "5"]),
        ["no such option in the prompt's place"] = new(1, "'--chatt'", _ => ["ask", Model, "--chatt"]),
        ["no such option before the prompt"] = new(1, "'--chatt'", _ => ["ask", Model, "--chatt", "x"]),
        ["option without value"] = new(1, "--tokens", _ => ["ask", Model, "x", "--tokens"]),
        ["option given twice"] = new(1, "--subject", _ => [.. Facts.Tower, "--subject", "Paris", "--target-new", "Rome"]),
        ["tokens no number"] = new(1, "'many'", _ => ["ask", Model, "x", "--tokens", "many"]),
        ["tokens 0"] = new(1, "0 new tokens", _ => ["ask", Model, "x", "--tokens", "0"]),
        ["top-p 2"] = new(1, "top-p 2", _ => ["ask", Model, "x", "--top-p", "2"]),
        ["top 0"] = new(1, "--top 0", _ => ["ask", Model, "x", "--top", "0"]),
        ["threads 0"] = new(1, "--threads 0", _ => ["ask", Model, "x", "--threads", "0"]),
        ["unknown device"] = new(1, "'gpu'", _ => ["ask", Model, "x", "--device", "gpu"]),
        ["prompt empty"] = new(2, "empty", _ => ["ask", Model, ""]),
        ["prompt over the context"] = new(2, "128", _ => ["ask", Model, Words(300)]),
        ["prompt and tokens over the context"] = new(2, "128", _ => ["ask", Model, Facts.TowerPrompt, "--tokens", "200"]),

        ["no such model"] = new(2, "'atlas-gtp'", _ => ["ask", "atlas-gtp", "x"]),
        ["compare without a run"] = new(2, "report.json", bench => ["compare", bench.Home, bench.Home]),
        ["compare with three rows"] = new(1, "3 rows", bench => ["compare", bench.Home, bench.Home, "--row", "a", "--row", "b", "--row", "c"]),
        ["model on the hub"] = new(2, "'hf:gpt2'", _ => ["ask", "hf:gpt2", "x"]),
        ["model folder without config.json"] = new(2, "config.json", b => ["ask", b.Model(m => File.Delete(Path.Combine(m, "config.json"))), "x"]),
        ["config.json no JSON"] = new(2, "config.json", b => ["ask", b.Model(m => ModelFolders.Rewrite(m, "config.json", _ => "{ model_type: gpt2")), "x"]),
        ["config.json a list"] = new(2, "config.json", b => ["ask", b.Model(m => ModelFolders.Rewrite(m, "config.json", _ => "[1]")), "x"]),
        ["unknown model_type"] = new(2, "'gpt9'", b => ["ask", b.Model(m => ModelFolders.Rewrite(m, "config.json", c => c.Replace("gpt2", "gpt9"))), "x"]),
        ["weights missing"] = new(2, "model.safetensors", b => ["ask", b.Model(m => File.Delete(Path.Combine(m, "model.safetensors"))), "x"]),
        ["weights truncated"] = new(2, "model.safetensors", b => ["ask", b.Model(m => ModelFolders.Truncate(Path.Combine(m, "model.safetensors"))), "x"]),
        ["weights empty"] = new(2, "model.safetensors", b => ["ask", b.Model(m => File.WriteAllText(Path.Combine(m, "model.safetensors"), "")), "x"]),
        ["tensor missing"] = new(2, "h.3.mlp.c_proj.weight", b => ["ask", b.Model(m => ModelFolders.Rename(m, "h.3.mlp.c_proj.weight")), "x"]),
        ["vocab.json broken"] = new(2, "vocab.json", b => ["ask", b.Model(m => ModelFolders.Truncate(Path.Combine(m, "vocab.json"))), "x"]),
        ["vocab.json missing"] = new(2, "vocab.json", b => ["ask", b.Model(m => File.Delete(Path.Combine(m, "vocab.json"))), "x"]),
        ["no tokenizer"] = new(2, "tokenizer", b => ["ask", b.Model(m => Delete(m, "vocab.json", "merges.txt")), "x"]),

        ["unknown editor"] = new(1, "'romee'", _ => [.. Facts.Tower, "--target-new", "Rome", "--editor", "romee"]),
        ["subject not in the prompt"] = new(2, "'The Louvre'", _ => Edit("The Eiffel Tower is in", "The Louvre", "Rome")),
        ["subject twice in the prompt"] = new(2, "'Tower'", _ => Edit("The Tower is a Tower in", "Tower", "Rome")),
        ["two places for the subject"] = new(2, "2 places", _ => Edit("{} and {} are in", "The Louvre", "Rome")),
        ["subject empty"] = new(2, "subject", _ => Edit("{} is in", "", "Rome")),
        ["subject blank"] = new(2, "subject", _ => Edit("{} is in", "  ", "Rome")),
        ["target empty"] = new(2, "target", _ => Edit("{} is in", "The Louvre", "")),
        ["paraphrase empty"] = new(2, "empty", _ => [.. Facts.Tower, "--target-new", "Rome", "--paraphrase", ""]),
        ["edit's prompt over the context"] = new(2, "128", _ => Edit($"{Words(300)} {{}} is in", "The Louvre", "Rome")),
        ["edit's prompt and prefixes over the context"] = new(2, "128", _ => Edit($"{Words(59)} {{}} is in", "The Louvre", "Rome")),
        ["layer out of range"] = new(2, "Layer 6 was asked", _ => [.. Facts.Tower, "--target-new", "Rome", "--layer", "6"]),
        ["layer negative"] = new(2, "Layer -2", _ => [.. Facts.Tower, "--target-new", "Rome", "--layer", "-2"]),
        ["layer no number"] = new(1, "'deep'", _ => [.. Facts.Tower, "--target-new", "Rome", "--layer", "deep"]),
        ["layer to be chosen but none suggested"] = new(2, "--suggest-layer", _ => [.. Facts.Tower, "--target-new", "Rome", "--layer", "auto"]),
        ["layer to be chosen for many editors"] = new(1, "'auto'", _ => ["eval", "atlas-counterfact", "--model", Model, "--layer", "auto"]),
        ["layer without statistics"] = new(2, "amend stats", _ => [.. Facts.Tower, "--target-new", "Rome", "--layer", "4"]),
        ["unknown setting"] = new(2, "'v_rl'", _ => Set("v_rl=1")),
        ["setting without ="] = new(1, "v_lr", _ => Set("v_lr")),
        ["setting of a wrong type"] = new(2, "v_lr", _ => Set("v_lr=fast")),
        ["setting out of range"] = new(2, "v_num_grad_steps", _ => Set("v_num_grad_steps=0")),
        ["setting null"] = new(2, "context_template_length_params", _ => Set("context_template_length_params=null")),
        ["setting with null in it"] = new(2, "context_template_length_params", _ => Set("context_template_length_params=[null]")),
        ["setting with an unknown word"] = new(2, "key_policy", _ => Set("key_policy=best")),
        ["statistics of another model"] = new(2, "second-moment", b => Edit("{} is in", "The Eiffel Tower", "Rome", b.Model(m => ModelFolders.Alter(Path.Combine(m, "model.safetensors"))))),
        ["target given already"] = new(2, "'Paris' already", _ => [.. Facts.Tower, "--target-new", "Paris"]),
        ["edit with the editor that makes none"] = new(2, "makes no edit", _ => [.. Facts.Tower, "--target-new", "Rome", "--editor", "none"]),
        ["edit over a limit of the guard"] = new(3, "the relative norm of this write is", _ => [.. Facts.Tower, "--target-new", "Rome", "--guard", "write=0.001"]),
        ["edit over a limit of the guard, of a replaced edit"] = new(3, "the perplexity of the fixed text", b => b.WithEdit().Args([.. Facts.Tower, "--target-new", "Madrid", "--replace", "--guard=perplexity=0.5"])),
        ["guard with an unknown limit"] = new(1, "'nrom'", _ => [.. Facts.Tower, "--target-new", "Rome", "--guard", "nrom=1"]),
        ["guard with a limit that is no number"] = new(1, "'much'", _ => [.. Facts.Tower, "--target-new", "Rome", "--guard", "norm=much"]),
        ["guard of an edit with the choice of a run"] = new(1, "'on-breach'", _ => [.. Facts.Tower, "--target-new", "Rome", "--guard", "on-breach=revert"]),
        ["guard that takes the model for its limits"] = new(1, "'atlas-gpt'", _ => ["edit", "--guard", Model, Model, .. Facts.Tower[2..], "--target-new", "Rome"]),
        ["guard without a text"] = new(2, "'none.txt'", _ => [.. Facts.Tower, "--target-new", "Rome", "--guard", "--fixed-text", "none.txt"]),
        ["guard with an empty text"] = new(2, "empty", b => [.. Facts.Tower, "--target-new", "Rome", "--guard", "--fixed-text", b.File("text.txt", "")]),
        ["text without a guard"] = new(1, "--guard", _ => [.. Facts.Tower, "--target-new", "Rome", "--fixed-text", "none.txt"]),
        ["home below a file"] = new(2, "AMEND_HOME", b => b.HomeAt(b.File("file", "") + "/home").Args([.. Facts.Tower, "--target-new", "Rome"])),
        ["home not writable"] = new(2, "AMEND_HOME", b => b.HomeAt("/proc/amend").Args([.. Facts.Tower, "--target-new", "Rome"])),

        ["eval of an unknown suite"] = new(2, "'atlas-fact'", _ => ["eval", "atlas-fact", "--model", Model]),
        ["eval of an unknown form"] = new(2, "'cf'", _ => ["eval", "cf:cases.json", "--model", Model]),
        ["eval of a missing file"] = new(2, "'none.json'", _ => ["eval", "zsre:none.json", "--model", Model]),
        ["eval of a broken record"] = new(2, "requested_rewrite", b => ["eval", "counterfact:" + b.File("cases.json", "[{\"case_id\": 1}]"), "--model", Model]),
        ["eval with an unknown editor"] = new(1, "'romee'", _ => ["eval", "atlas-counterfact", "--model", Model, "--editors", "none,romee"]),
        ["eval with an unknown metric"] = new(1, "'cf.x'", _ => ["eval", "atlas-counterfact", "--model", Model, "--metrics", "cf.x"]),
        ["eval with an unknown protocol"] = new(1, "'lifelong'", _ => ["eval", "atlas-counterfact", "--model", Model, "--protocol", "lifelong"]),
        ["eval of single edits in batches"] = new(1, "single", _ => ["eval", "atlas-counterfact", "--model", Model, "--size", "4"]),
        ["eval in batches of none"] = new(1, "Batches of 0", _ => ["eval", "atlas-counterfact", "--model", Model, "--protocol", "batch", "--size", "0"]),
        ["eval with no model beside"] = new(1, "0 models", _ => ["eval", "atlas-counterfact", "--model", Model, "--parallel", "0"]),
        ["eval with no prompt a pass"] = new(1, "--score-batch 0", _ => ["eval", "atlas-counterfact", "--model", Model, "--score-batch", "0"]),
        ["eval with one row twice"] = new(1, "'rome'", _ => ["eval", "atlas-counterfact", "--model", Model, "--editors", "rome,rome"]),
        ["eval with a setting of the unedited model"] = new(2, "none was given v_lr", _ => ["eval", "atlas-counterfact", "--model", Model, "--editors", "none:v_lr=1"]),
        ["eval with an unknown setting"] = new(2, "v_rate", _ => ["eval", "atlas-counterfact", "--model", Model, "--editors", "rome:v_rate=1", "--cases", "1"]),
        ["eval with a guard of an unknown choice"] = new(1, "'warn'", _ => ["eval", "atlas-counterfact", "--model", Model, "--guard", "on-breach=warn"]),
        ["eval with a guard of an unknown limit"] = new(1, "'nrom'", _ => ["eval", "atlas-counterfact", "--model", Model, "--guard", "nrom=1"]),
        ["eval with missing snippets"] = new(2, "'none.json'", _ => ["eval", "atlas-counterfact", "--model", Model, "--metrics", "rs", "--snippets", "none.json"]),
        ["eval with a missing text"] = new(2, "'none.txt'", _ => ["eval", "atlas-counterfact", "--model", Model, "--metrics", "ppl", "--fixed-text", "none.txt"]),
        ["eval into a file"] = new(2, "run", b => ["eval", "atlas-counterfact", "--model", Model, "--cases", "1", "--out", b.File("run", "text")]),
        ["eval of claims on a decoder"] = new(2, "and 'atlas-gpt' is GPT2LMHeadModel; give a classifier", b => Claims(b)),
        ["eval of a stream without upstream data"] = new(1, "--upstream", _ => ["eval", "atlas-counterfact", "--model", Model, "--protocol", "stream"]),
        ["eval with upstream data and no stream"] = new(1, "--protocol stream", _ => ["eval", "atlas-counterfact", "--model", Model, "--upstream", "atlas-known"]),
        ["eval with a holdout and no upstream data"] = new(1, "--holdout", _ => ["eval", "atlas-counterfact", "--model", Model, "--holdout", "atlas-known"]),
        ["eval of a stream that is measured every 0 edits"] = new(1, "every 0 edits", _ => Stream("atlas-known", "--measure-every", "0")),
        ["eval of a stream that ends after 0 edits"] = new(1, "ends after 0", _ => Stream("atlas-known", "--edits", "0")),
        ["eval of a stream in batches"] = new(1, "Batches of 3", _ => Stream("atlas-known", "--size", "3")),
        ["eval of a stream with upstream data of a missing file"] = new(1, "'none.jsonl'", _ => Stream("labelled:none.jsonl")),
        ["eval of a stream with labelled upstream data on a decoder"] = new(2, "GPT2LMHeadModel", b => Stream($"labelled:{b.File("texts.jsonl", """{"text":"rain","label":"wet"}""")}")),
        ["eval of a stream of facts without new objects"] = new(2, "no new target", _ => ["eval", "atlas-known", "--model", Model, "--protocol", "stream", "--upstream", "atlas-known"]),
        ["eval with texts to retain of facts"] = new(1, "--retain 5", _ => ["eval", "atlas-counterfact", "--model", Model, "--retain", "5"]),
        ["eval with no texts to retain"] = new(1, "0 texts to retain", b => Claims(b, "--retain", "0")),
        ["eval with texts to retain of a missing file"] = new(1, "'none.jsonl'", b => Claims(b, "--retain", "fever:none.jsonl")),
        ["eval past the end"] = new(2, "--offset", _ => ["eval", "atlas-counterfact", "--model", Model, "--offset", "100000"]),

        ["training without data"] = new(1, "--data", _ => ["train", "mend", "--model", Model]),
        ["training of an editor without a network"] = new(1, "'rome'", _ => ["train", "rome", "--model", Model, "--data", "atlas-counterfact"]),
        ["training on no suite"] = new(2, "no suite 'atlas'", _ => ["train", "mend", "--model", Model, "--data", "atlas"]),
        ["training on data without edits"] = new(2, "nothing to edit", _ => ["train", "mend", "--model", Model, "--data", "atlas-known", "--cases", "4"]),
        ["training on labels that the model does not give"] = new(2, "give a classifier", b => ["train", "mend", "--model", Model, "--data", Claims(b)[1]]),
        ["training on one case"] = new(2, "at least 2", _ => ["train", "mend", "--model", Model, "--data", "atlas-counterfact", "--cases", "1"]),
        ["training that leaves nothing for validation"] = new(2, "--valid", _ => ["train", "mend", "--model", Model, "--data", "atlas-counterfact", "--cases", "4"]),
        ["training on no cases"] = new(1, "--cases 0", _ => ["train", "mend", "--model", Model, "--data", "atlas-counterfact", "--cases", "0"]),
        ["training with its steps twice"] = new(1, "--set steps=3", _ => [.. Train, "--steps", "2", "--set", "steps=3"]),
        ["training with an unknown setting"] = new(2, "'stesp' (did you mean steps?)", _ => [.. Train, "--set", "stesp=3"]),
        ["training of a layer out of range"] = new(2, "layers 0 to 5", _ => [.. Train, "--set", "layers=[6]"]),
        ["training that is to go on and never began"] = new(2, "--resume", _ => [.. Train, "--resume"]),
        ["training into a place not writable"] = new(2, "/proc/net", _ => [.. Train, "--steps", "1", "--out", "/proc/net.safetensors"]),
        ["edit without a trained network"] = new(2, "amend train efk --model atlas-gpt", _ => [.. Facts.Tower, "--target-new", "Rome", "--editor", "efk"]),
        ["edit with no such network"] = new(2, "'moon'", _ => [.. Facts.Tower, "--target-new", "Rome", "--editor", "mend", "--set", "network=moon"]),
        ["showing no such network"] = new(2, "'moon'", _ => ["networks", "show", "moon"]),
        ["removing no such network"] = new(2, "'moon'", _ => ["networks", "remove", "moon"]),

        ["trace of nothing"] = new(1, "no --prompt", _ => ["trace", Model]),
        ["trace of a prompt and facts"] = new(1, "'atlas-known'", _ => [.. Trace("The Eiffel Tower is in", "The Eiffel Tower"), "--facts", "atlas-known"]),
        ["trace without a subject"] = new(1, "no --subject", _ => ["trace", Model, "--prompt", "The Eiffel Tower is in"]),
        ["trace of an absent subject"] = new(2, "'The Louvre'", _ => Trace("The Eiffel Tower is in", "The Louvre")),
        ["trace of a subject that stands twice"] = new(2, "more than once", _ => Trace("The Tower is a Tower in", "Tower")),
        ["trace of a subject that stands inside a word"] = new(2, "only inside another word", _ => Trace("The Towering is in", "Tower")),
        ["trace of an empty prompt"] = new(2, "empty", _ => Trace("", "Tower")),
        ["trace of an empty subject"] = new(2, "subject", _ => Trace("The Eiffel Tower is in", "")),
        ["trace over the context"] = new(2, "128", _ => Trace($"{Words(300)} Tower", "Tower")),
        ["trace of a fact that the model does not know"] = new(2, "'Paris'", _ => [.. Trace("The Eiffel Tower is in", "The Eiffel Tower"), "--answer", "Rome"]),
        ["trace of an unknown kind"] = new(1, "'heads'", _ => [.. Trace("The Eiffel Tower is in", "The Eiffel Tower"), "--kind", "state,heads"]),
        ["trace with odd noise"] = new(1, "'loud'", _ => [.. Trace("The Eiffel Tower is in", "The Eiffel Tower"), "--noise", "loud"]),
        ["trace without samples"] = new(1, "0 samples", _ => [.. Trace("The Eiffel Tower is in", "The Eiffel Tower"), "--samples", "0"]),
        ["trace without a window"] = new(1, "window of 0", _ => [.. Trace("The Eiffel Tower is in", "The Eiffel Tower"), "--window", "0"]),
        ["trace without a batch"] = new(1, "batch of 0", _ => [.. Trace("The Eiffel Tower is in", "The Eiffel Tower"), "--batch-tokens", "0"]),
        ["trace into a place not writable"] = new(2, "/proc/trace", _ => [.. Trace("The Eiffel Tower is in", "The Eiffel Tower"), "--out", "/proc/trace"]),
        ["trace into a file"] = new(2, "file", b => [.. Trace("The Eiffel Tower is in", "The Eiffel Tower"), "--out", b.File("file", "")]),
        ["trace of missing facts"] = new(2, "'none.json'", _ => ["trace", Model, "--facts", "none.json"]),
        ["trace of broken facts"] = new(2, "subject", b => ["trace", Model, "--facts", b.File("facts.json", "[{\"known_id\": 1}]")]),
        ["trace of no facts"] = new(2, "no fact", b => ["trace", Model, "--facts", b.File("facts.json", "[]")]),
        ["trace of 0 facts"] = new(1, "--cases 0", _ => ["trace", Model, "--facts", "atlas-known", "--cases", "0"]),
        ["layer suggested of one fact"] = new(1, "--facts", _ => [.. Trace("The Eiffel Tower is in", "The Eiffel Tower"), "--suggest-layer"]),
        ["layer suggested of an edited model"] = new(1, "--edited", _ => ["trace", Model, "--facts", "atlas-known", "--suggest-layer", "--edited"]),
        ["layer suggested without MLPs"] = new(1, "mlp", _ => ["trace", Model, "--facts", "atlas-known", "--suggest-layer", "--kind", "state"]),

        ["ask at an unknown edit"] = new(2, "'0123'", _ => ["ask", Model, "x", "--at", "0123"]),
        ["ask at no edit"] = new(2, "''", b => b.WithEdit().Args("ask", Model, "x", "--at", "")),
        ["show the codebook of an edit that is in none"] = new(2, "is in none that is in force", b => b.WithEdit().Args("show", Model, b.EditId, "--out", Path.Combine(b.Home, "out"))),
        ["show prompts without a picture"] = new(1, "--out", b => b.WithEdit().Args("show", Model, b.EditId, "--prompts", "atlas-counterfact")),
        ["show the prompts of no cases"] = new(1, "--cases 0", b => b.WithEdit().Args("show", Model, b.EditId, "--out", "out", "--cases", "0")),
        ["show an unknown edit"] = new(2, "'0123'", b => b.WithEdit().Args("show", Model, "0123")),
        ["revert an unknown edit"] = new(2, "'nope'", b => b.WithEdit().Args("revert", Model, "nope")),
        ["revert an empty id"] = new(2, "''", b => b.WithEdit().Args("revert", Model, "")),
        ["revert nothing named"] = new(1, "--all", b => b.WithEdit().Args("revert", Model)),
        ["revert an id and all"] = new(1, "--all", b => b.WithEdit().Args("revert", Model, b.EditId, "--all")),
        ["log of 0 entries"] = new(1, "--limit 0", _ => ["log", Model, "--limit", "0"]),
        ["log of many entries"] = new(1, "'many'", _ => ["log", Model, "--limit", "many"]),
        ["log into a folder"] = new(2, "is a folder", b => b.WithEdit().Args("log", Model, "--out", b.Home)),
        ["log of no model"] = new(2, "'atlas-gtp'", _ => ["log", "atlas-gtp"]),
        ["log of a broken journal"] = new(2, "journal", b => b.WithEdit(file => File.WriteAllText(Path.Combine(Path.GetDirectoryName(file)!, "journal.jsonl"), "x\n")).Args("log", Model)),
        ["diff of one state"] = new(1, "B", _ => ["diff", Model, "base"]),
        ["diff with an unknown edit"] = new(2, "'0123'", b => b.WithEdit().Args("diff", Model, "base", "0123")),
        ["diff as of an unknown edit"] = new(2, "'0123'", b => b.WithEdit().Args("diff", Model, "@0123", "head")),
        ["diff with no edit"] = new(2, "'' is empty", b => b.WithEdit().Args("diff", Model, "@", "head")),
        ["diff of a broken edit"] = new(2, "altered", b => b.WithEdit(ModelFolders.Alter).Args("diff", Model, "base", "head")),
        ["diff on missing prompts"] = new(2, "'none.txt'", b => b.WithEdit().Args("diff", Model, "base", "head", "--prompts", "none.txt")),
        ["diff on no prompts"] = new(2, "has no prompt", b => b.WithEdit().Args("diff", Model, "base", "head", "--prompts", b.File("prompts.txt", "\n \n"))),
        ["diff on a prompt over the context"] = new(2, "128", b => b.WithEdit().Args("diff", Model, "base", "head", "--prompts", b.File("prompts.txt", Words(300)))),
        ["diff on a missing text"] = new(2, "'none.txt'", b => b.WithEdit().Args("diff", Model, "base", "head", "--fixed-text", "none.txt")),
        ["diff on an empty text"] = new(2, "0 tokens", b => b.WithEdit().Args("diff", Model, "base", "head", "--fixed-text", b.File("text.txt", ""))),
        ["diff into a folder"] = new(2, "is a folder", b => b.WithEdit().Args("diff", Model, "base", "head", "--out", b.Home)),
        ["diff into a place not writable"] = new(2, "/proc/diff", b => b.WithEdit().Args("diff", Model, "base", "head", "--out", "/proc/diff/page.html")),
        ["edit file altered"] = new(2, "altered", b => b.WithEdit(ModelFolders.Alter).Args("ask", Model, "x")),
        ["edit file altered, shown"] = new(2, "altered", b => b.WithEdit(ModelFolders.Alter).Args("show", Model, b.EditId)),
        ["edit file truncated"] = new(2, "truncated", b => b.WithEdit(ModelFolders.Truncate).Args("ask", Model, "x")),
        ["edit file missing"] = new(2, "missing", b => b.WithEdit(File.Delete).Args("ask", Model, "x")),
        ["journal broken"] = new(2, "journal", b => b.WithEdit(file => File.WriteAllText(Path.Combine(Path.GetDirectoryName(file)!, "journal.jsonl"), "x\n")).Args("edits", Model)),

        ["stats of a missing file"] = new(2, "none.txt", b => Stats(b.File("text.txt", "x") + "/none.txt")),
        ["stats of an empty file"] = new(2, "no tokens", b => Stats(b.File("text.txt", ""))),
        ["stats of a blank file"] = new(2, "no tokens", b => Stats(b.File("text.txt", "\n \n"))),
        ["stats of a layer out of range"] = new(2, "Layer 17", b => Stats(b.File("text.txt", "x"), "17")),
        ["stats without tokens"] = new(1, "0 tokens", b => [.. Stats(b.File("text.txt", "x")), "--max-tokens", "0"]),
        ["stats into a home not writable"] = new(2, "/proc/amend", b => b.HomeAt("/proc/amend").Args(Stats(b.File("text.txt", "x")))),
        ["stats of odd layers"] = new(1, "'3-1'", b => Stats(b.File("text.txt", "x"), "3-1")),
        ["stats of a layer twice"] = new(2, "[1, 1]", b => Stats(b.File("text.txt", "x"), "1,1")),
        ["stats without a text"] = new(1, "--text", _ => ["stats", Model, "--layer", "1"]),
        ["stats of a text twice"] = new(2, "given twice", b => b.File("text.txt", "x") is var text ? [.. Stats(text), "--text", text] : []),
        ["stats of an empty folder"] = new(2, ".jsonl", b => Stats(Path.GetDirectoryName(b.File("text.csv", "x"))!)),
        ["stats of a record without text"] = new(2, "field 'text'", b => Stats(b.File("text.jsonl", "{\"id\": 1}"))),
        ["stats shown of no model"] = new(2, "'nothing'", _ => ["stats", "show", "nothing"]),
        ["stats shown of a text"] = new(2, "text.txt", b => ["stats", "show", b.File("text.txt", "a text of some length")]),
        ["stats merged of one file"] = new(1, "at least two", b => ["stats", "merge", b.File("text.txt", "x"), "--out", "merged"]),
        ["stats merged into nothing"] = new(1, "--out", b => ["stats", "merge", b.File("a", "x"), b.File("b", "x")]),
        ["stats imported of no npz"] = new(2, "no whole zip", b => ["stats", "import", b.File("file.npz", "no zip"), Model, "--layer", "1"]),
        ["stats imported without a layer"] = new(1, "--layer", b => ["stats", "import", b.File("file.npz", "x"), Model]),
        ["stats imported of a missing file"] = new(2, "none.npz", _ => ["stats", "import", "none.npz", Model, "--layer", "1"]),
        ["edit with statistics that are not there"] = new(1, "'nowhere'", _ => [.. Facts.Tower, "--target-new", "Rome", "--stats", "nowhere"]),
        ["edit with statistics of another layer"] = new(2, "layer 3", _ => [.. Facts.Tower, "--target-new", "Rome", "--layer", "3", "--stats", Shipped]),
        ["edit with a text as statistics"] = new(2, "text.txt", b => [.. Facts.Tower, "--target-new", "Rome", "--stats", b.File("text.txt", "a text of some length")]),
        ["alphaedit with the identity"] = new(2, "The identity was asked", _ => [.. Facts.Tower, "--target-new", "Rome", "--editor", "alphaedit", "--set", "v_num_grad_steps=1", "--stats", "identity"]),
        ["eval with statistics that are not there"] = new(1, "'nowhere'", _ => ["eval", "atlas-counterfact", "--model", Model, "--stats", "nowhere"]),
        ["train on no world"] = new(2, "nowhere", b => ["atlas", "train", "gpt", "--out", b.ModelFolder, "--world", "nowhere"]),
        ["train too few pieces"] = new(1, "5 pieces", b => ["atlas", "train", "gpt", "--out", b.ModelFolder, "--vocabulary", "5"]),
    };

    public static TheoryData<string> Names => [.. All.Keys];

    [Theory]
    [MemberData(nameof(Names))]
    public void A_wrong_use_gets_one_sentence_and_changes_nothing(string name)
    {
        using var folder = new TempFolder();
        var wrong = All[name];
        var bench = new WrongUse.Bench(folder, edited);
        var args = wrong.Arrange(bench);
        var (home, model) = (KeptState(bench.Home), FolderState.Of(bench.ModelFolder));

        var run = new AmendTurns(bench.Home).Run(args);

        // On a busy machine an edit takes so long that it tells how far it is.
        Assert.Matches(@"\A([^\n]+: \d+ of \d+\n)*amend: \S[^\n]*[.!?]\n\z", run.Error);
        Assert.Contains(wrong.Says, run.Error);
        Assert.Equal("", run.Output);
        Assert.Equal(wrong.ExitCode, run.ExitCode);
        Assert.DoesNotContain("unexpected", run.Error);
        Assert.Equal(home, KeptState(bench.Home));
        Assert.Equal(model, FolderState.Of(bench.ModelFolder));
    }

    [Fact]
    public void Verbose_adds_where_a_failure_comes_from_and_keeps_the_exit_code()
    {
        using var folder = new TempFolder();
        using var process = new AmendProcess(folder.File("home")).Start("ask", "atlas-gtp", "x", "--verbose");

        var error = process.StandardError.ReadToEnd();
        process.WaitForExit();

        Assert.StartsWith("amend: There is no model 'atlas-gtp'", error);
        Assert.Contains("   at Amend.Models.ModelLocator.Find", error);
        Assert.Equal(2, process.ExitCode);
    }

    private static string Shipped => Path.Combine(ModelFolders.Embedded, "statistics", "second-moment-layer-0.safetensors");

    private static string Words(int count) => string.Join(' ', Enumerable.Repeat("word", count));

    private static void Delete(string folder, params string[] files)
    {
        foreach (var file in files)
            File.Delete(Path.Combine(folder, file));
    }

    private static string[] Edit(string prompt, string subject, string target, string model = Model) =>
        ["edit", model, "--prompt", prompt, "--subject", subject, "--target-new", target];

    private static string[] Set(string setting) => [.. Facts.Tower, "--target-new", "Rome", "--set", setting];

    private static string[] Stream(string upstream, params string[] more) =>
        ["eval", "atlas-counterfact", "--model", Model, "--protocol", "stream", "--upstream", upstream, .. more];

    private static string[] Claims(WrongUse.Bench bench, params string[] more) =>
        ["eval", "fever:" + bench.File("claims.jsonl", "{\"id\": 1, \"claim\": \"Elba is in Italy.\", \"label\": \"SUPPORTS\"}"), "--model", Model, .. more];

    private static string[] Trace(string prompt, string subject) => ["trace", Model, "--prompt", prompt, "--subject", subject];

    /// <summary>What a home holds but for its cache, which is none of its content.</summary>
    private static IEnumerable<string> KeptState(string home) => FolderState.Of(home).Where(line => !line.StartsWith("cache", StringComparison.Ordinal));

    private static string[] Stats(string text, string layer = "1") => ["stats", Model, "--layer", layer, "--text", text];
}
