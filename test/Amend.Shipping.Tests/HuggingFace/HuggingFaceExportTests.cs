using System.Text.Json;
using Amend.Models;
using Amend.Shipping.Exporting;
using Amend.Tensors;
using Amend.Tensors.Files;
using static TorchSharp.torch;

namespace Amend.Shipping.Tests.HuggingFace;

[NoTensorLeaks]
public sealed class HuggingFaceExportTests : IDisposable
{
    private const string Down = "model.layers.1.mlp.down_proj.weight";
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Untouched_tensors_and_files_are_those_of_the_source_byte_for_byte()
    {
        var source = GoldenCases.At("checkpoints/llama_bf16_sharded")[0].Folder;
        using var fixture = Sharded(source);

        var outcome = fixture.Export("hf");

        foreach (var file in Directory.GetFiles(source).Select(Path.GetFileName).Where(name => !name!.EndsWith(".safetensors", StringComparison.Ordinal)))
            Assert.Equal(File.ReadAllBytes(Path.Combine(source, file!)), File.ReadAllBytes(Path.Combine(fixture.Target, file!)));
        using var before = Checkpoint.Open(source);
        using var after = Checkpoint.Open(fixture.Target);
        Assert.Equal(before.Names, after.Names);
        Assert.Equal([Down], before.Names.Where(name => !Same(before, after, name)));
        Assert.Equal(before.Files.Select(file => new FileInfo(file.Path).Length), after.Files.Select(file => new FileInfo(file.Path).Length));
        Assert.Equal(ScalarType.BFloat16, after.Entry(Down).DType);
        var changed = Assert.Single(outcome.Changed);
        Assert.Equal("bf16", changed.Type);
        Assert.InRange(changed.Rounding, 1e-4, 0.5); // A bfloat16 weight holds the change with 8 bits.
    }

    [Fact]
    public void Loaded_in_half_precision_it_is_the_edited_model_rounded_once()
    {
        var source = GoldenCases.At("checkpoints/llama_bf16_sharded")[0].Folder;
        using var fixture = Sharded(source);
        fixture.Export("hf");
        using var scope = NewDisposeScope();
        using var edited = TinyModels.FromFolder(source, new CharacterTokenizer(), ScalarType.BFloat16);
        fixture.ApplyTo(edited);

        using var loaded = TinyModels.FromFolder(fixture.Target, new CharacterTokenizer(), ScalarType.BFloat16);

        TensorAssert.Equal(Down, edited.Weights[Down].Value.to(float32), loaded.Weights[Down].Value.to(float32));
    }

    [Fact]
    public void An_edit_beside_packed_experts_leaves_them_packed()
    {
        const string Query = "model.layers.0.self_attn.q_proj.weight";
        using var folders = new PackedGptOss();
        using var fixture = new ExportFixture(folders.Packed, [(Query, ExportFixture.Factors(64, 32, rank: 1, seed: 1))]);

        fixture.Export("hf");

        Assert.Equal(File.ReadAllText(Path.Combine(folders.Packed, "config.json")), File.ReadAllText(Path.Combine(fixture.Target, "config.json")));
        using var before = Checkpoint.Open(folders.Packed);
        using var after = Checkpoint.Open(fixture.Target);
        Assert.Equal(before.Names, after.Names);
        Assert.Equal([Query], before.Names.Where(name => !Same(before, after, name)));
    }

    [Fact]
    public void An_edit_of_packed_experts_is_written_in_numbers_and_loads_as_the_edited_model()
    {
        const string Down = "model.layers.1.mlp.experts.2.down_proj.weight";
        using var folders = new PackedGptOss();
        using var scope = NewDisposeScope();
        using var fixture = new ExportFixture(
            folders.Packed, [(Down, ExportFixture.Factors(PackedGptOss.Width, PackedGptOss.Inner, rank: 1, seed: 3))]);

        fixture.Export("hf", new ExportOptions { DType = WrittenType.Float32 });

        using var after = Checkpoint.Open(fixture.Target);
        Assert.DoesNotContain(after.Names, name => name.EndsWith("_blocks", StringComparison.Ordinal) || name.EndsWith("_scales", StringComparison.Ordinal));
        Assert.DoesNotContain("quantization_config", File.ReadAllText(Path.Combine(fixture.Target, "config.json")), StringComparison.Ordinal);
        using var edited = TinyModels.FromFolder(folders.Packed, new CharacterTokenizer());
        fixture.ApplyTo(edited);
        using var loaded = TinyModels.FromFolder(fixture.Target, new CharacterTokenizer());
        Assert.Equal(edited.Weights.Hash(), loaded.BaseHash);
    }

    [Fact]
    public void Another_type_is_written_to_weights_and_configuration()
    {
        var source = GoldenCases.At("checkpoints/llama_bf16_sharded")[0].Folder;
        using var fixture = Sharded(source);

        var outcome = fixture.Export("hf", new ExportOptions { DType = WrittenType.Float32 });

        Assert.Equal(0, Assert.Single(outcome.Changed).Rounding);
        using var before = Checkpoint.Open(source);
        using var after = Checkpoint.Open(fixture.Target);
        Assert.Equal(before.Names, after.Names);
        Assert.All(after.Names, name => Assert.Equal(ScalarType.Float32, after.Entry(name).DType));
        Assert.Equal(2, after.Files.Count);
        using var config = JsonDocument.Parse(File.ReadAllText(Path.Combine(fixture.Target, "config.json")));
        Assert.Contains(config.RootElement.EnumerateObject(), one => one.Name is "dtype" or "torch_dtype" && one.Value.GetString() == "float32");
        using var scope = NewDisposeScope();
        using var edited = TinyModels.FromFolder(source, new CharacterTokenizer());
        fixture.ApplyTo(edited);
        using var loaded = TinyModels.FromFolder(fixture.Target, new CharacterTokenizer());
        Assert.Equal(edited.Weights.Hash(), loaded.Weights.Hash());
    }

    [Fact]
    public void The_manifest_and_the_card_name_every_edit()
    {
        var source = Copied(GoldenCases.At("families/gpt2")[0].Folder);
        File.WriteAllText(Path.Combine(source, "README.md"), "# A model\n\nIts card.\n");
        using var fixture = new ExportFixture(
            source,
            [("transformer.h.1.mlp.c_proj.weight", ExportFixture.Factors(32, 128, 1, seed: 1))],
            [("transformer.h.1.mlp.c_proj.weight", ExportFixture.Factors(32, 128, 2, seed: 2))]);

        fixture.Export("hf");

        using var manifest = JsonDocument.Parse(File.ReadAllText(Path.Combine(fixture.Target, "amend.json")));
        Assert.Equal(fixture.Edits.Ids, manifest.RootElement.GetProperty("edits").EnumerateArray().Select(edit => edit.GetProperty("id").GetString()!));
        Assert.Equal("base", manifest.RootElement.GetProperty("base_weights_hash").GetString());
        var card = File.ReadAllText(Path.Combine(fixture.Target, "README.md"));
        Assert.StartsWith("# A model\n\nIts card.\n\n## Edited with Amend\n", card, StringComparison.Ordinal);
        Assert.All(fixture.Edits.Ids, id => Assert.Contains(id, card, StringComparison.Ordinal));
    }

    [Fact]
    public void A_copy_of_a_changed_tensor_is_changed_too()
    {
        var source = Copied(GoldenCases.At("families/gpt2")[0].Folder);
        var file = Path.Combine(source, "model.safetensors");
        using (var scope = NewDisposeScope())
        {
            using var weights = SafeTensorsFile.Open(file);
            var all = weights.Entries.Select(entry => (entry.Name, weights.Load(entry.Name))).ToList();
            all.Add(("lm_head.weight", weights.Load("transformer.wte.weight")));
            SafeTensorsWriter.Write(file, [.. all.DistinctBy(tensor => tensor.Name)]);
        }

        using var fixture = new ExportFixture(source, [[("transformer.wte.weight", ExportFixture.Factors(120, 32, 1, seed: 3))]]);

        fixture.Export("hf");

        using var after = Checkpoint.Open(fixture.Target);
        Assert.True(after.AreEqual("lm_head.weight", "transformer.wte.weight"));
        using var before = Checkpoint.Open(source);
        Assert.False(Same(before, after, "lm_head.weight"));
    }

    [Fact]
    public void A_base_and_its_overlay_become_one_model_under_the_models_own_names()
    {
        const string changed = "transformer.h.1.mlp.c_proj.weight";
        var (under, over) = (Copied(GoldenCases.At("families/gpt2")[0].Folder), _folder.File("over"));
        Directory.CreateDirectory(over);
        File.Copy(Path.Combine(under, "config.json"), Path.Combine(over, "config.json"));
        using var scope = NewDisposeScope();
        using (var weights = SafeTensorsFile.Open(Path.Combine(under, "model.safetensors")))
        {
            var all = weights.Entries.Select(entry => (entry.Name, Value: weights.Load(entry.Name))).ToList();
            SafeTensorsWriter.Write(Path.Combine(over, "overlay.safetensors"), [.. all.Where(one => one.Name == changed).Select(one => (one.Name, one.Value + 1))]);
            SafeTensorsWriter.Write(Path.Combine(under, "model.safetensors"), [.. all.Select(one => (one.Name.Replace("transformer.", "", StringComparison.Ordinal), one.Value))]);
        }

        using var fixture = new ExportFixture($"{under}+{over}", [[(changed, ExportFixture.Factors(32, 128, 1, seed: 1))]]);
        using var edited = LanguageModel.Load($"{under}+{over}");
        fixture.ApplyTo(edited);

        fixture.Export("hf");

        using var loaded = LanguageModel.Load(fixture.Target);
        Assert.Equal(edited.Weights.Hash(), loaded.BaseHash);
        using var files = Checkpoint.Open(fixture.Target);
        Assert.All(files.Names.Where(name => name.Contains("h.", StringComparison.Ordinal)), name => Assert.StartsWith("transformer.", name, StringComparison.Ordinal));
        Assert.False(File.Exists(Path.Combine(fixture.Target, "overlay.safetensors")));
    }

    [Fact]
    public void A_place_that_is_taken_is_left_as_it_is()
    {
        using var fixture = Sharded(GoldenCases.At("checkpoints/llama_bf16_sharded")[0].Folder);
        Directory.CreateDirectory(fixture.Target);
        File.WriteAllText(Path.Combine(fixture.Target, "mine.txt"), "mine");

        var failure = Assert.Throws<AmendException>(() => fixture.Export("hf"));

        Assert.Contains("holds 1 files", failure.Message, StringComparison.Ordinal);
        Assert.Equal(["mine.txt"], Directory.GetFiles(fixture.Target).Select(Path.GetFileName));
    }

    [Fact]
    public void A_stopped_export_leaves_its_place_free_and_is_gone_on_with()
    {
        using var fixture = Sharded(GoldenCases.At("checkpoints/llama_bf16_sharded")[0].Folder);
        using var stop = new CancellationTokenSource();
        var job = new ExportJob(fixture.Stored, fixture.Edits, fixture.Target, new ExportOptions())
        {
            Stop = stop.Token,
            Progress = new Told(progress =>
            {
                if (progress.What == "model-00001-of-00002.safetensors")
                    stop.Cancel();
            }),
        };
        Assert.Throws<OperationCanceledException>(() =>
        {
            BuiltInExporters.All.Find("hf").Write(job);
        });
        Assert.False(Path.Exists(fixture.Target));
        var part = Assert.Single(Directory.GetDirectories(Path.GetDirectoryName(fixture.Target)!));
        var written = Path.Combine(part, "config.json");
        File.WriteAllText(written, File.ReadAllText(written) + "\n"); // To tell it from one that is written again.

        fixture.Export("hf");

        Assert.EndsWith("\n\n", File.ReadAllText(Path.Combine(fixture.Target, "config.json")), StringComparison.Ordinal);
        Assert.False(Path.Exists(part));
    }

    [Fact]
    public void What_another_export_left_is_not_gone_on_with()
    {
        var source = GoldenCases.At("checkpoints/llama_bf16_sharded")[0].Folder;
        using var fixture = Sharded(source);
        var part = Path.Combine(Path.GetDirectoryName(fixture.Target)!, ".out.amend-part");
        Directory.CreateDirectory(part);
        File.WriteAllText(Path.Combine(part, ".content"), "another");
        File.WriteAllText(Path.Combine(part, "config.json"), "{}");

        fixture.Export("hf");

        Assert.Equal(File.ReadAllText(Path.Combine(source, "config.json")), File.ReadAllText(Path.Combine(fixture.Target, "config.json")));
    }

    private static ExportFixture Sharded(string source) => new(source, [[(Down, ExportFixture.Factors(32, 88, 1, seed: 1))]]);

    private string Copied(string source)
    {
        var copy = _folder.File("model");
        Directory.CreateDirectory(copy);
        foreach (var file in new[] { "config.json", "model.safetensors" })
            File.WriteAllBytes(Path.Combine(copy, file), File.ReadAllBytes(Path.Combine(source, file)));
        return copy;
    }

    private static bool Same(Checkpoint before, Checkpoint after, string name)
    {
        using var scope = NewDisposeScope();
        return before.Entry(name).DType == after.Entry(name).DType && before.Load(name).eq(after.Load(name)).all().item<bool>();
    }

    private sealed class Told(Action<TensorProgress> tell) : IProgress<TensorProgress>
    {
        public void Report(TensorProgress value) => tell(value);
    }
}
