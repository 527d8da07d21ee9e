using System.Text.Json;
using Amend.Tensors.Files;
using static TorchSharp.torch;

namespace Amend.Tensors.Optimization;

/// <summary>A training on disk: all tensors of the trainee and its optimisers, and how far it has come, in one safetensors file.</summary>
/// <param name="folder">The training's folder.</param>
/// <param name="identity">What the training is; a checkpoint of another is refused.</param>
internal sealed class TrainingCheckpoint(string folder, string identity)
{
    private const string Trained = "trained.";
    private readonly string _path = Path.Combine(folder, "checkpoint.safetensors");
    private readonly string _best = Path.Combine(folder, "best.safetensors");

    /// <summary>Whether there is a checkpoint.</summary>
    public bool Exists => File.Exists(_path);

    /// <summary>Writes the checkpoint beside the old one and renames.</summary>
    /// <exception cref="AmendException">It cannot be written, and the old one is as it was.</exception>
    public void Save(ITrainee trainee, TrainingState state) =>
        SafeTensorsWriter.Write(_path, [.. All(trainee).Select(tensor => (tensor.Name, tensor.Value))], new Dictionary<string, string>
        {
            ["identity"] = identity,
            ["state"] = JsonSerializer.Serialize(state),
            ["optimizer_steps"] = JsonSerializer.Serialize(trainee.Optimizers.Select(o => o.Optimizer.Steps)),
        });

    /// <summary>Restores the checkpoint into the trainee where there is one.</summary>
    /// <exception cref="AmendException">It is broken or of another training; the trainee is as it was.</exception>
    public TrainingState Restore(ITrainee trainee)
    {
        if (!Exists)
            return new TrainingState();
        using var file = Open(_path);
        var state = Parse<TrainingState>(file, "state");
        var steps = Parse<int[]>(file, "optimizer_steps");
        Copy(file, All(trainee));
        foreach (var (optimizer, done) in trainee.Optimizers.Zip(steps))
            optimizer.Optimizer.ResumeAt(done);
        return state;
    }

    /// <summary>Keeps the trainee's tensors as the best.</summary>
    /// <exception cref="AmendException">They cannot be written, and the best before them are as they were.</exception>
    public void SaveBest(ITrainee trainee) =>
        SafeTensorsWriter.Write(
            _best,
            [.. trainee.Tensors.Select(tensor => (Trained + tensor.Name, tensor.Value))],
            new Dictionary<string, string> { ["identity"] = identity });

    /// <summary>Puts the best tensors in the trainee.</summary>
    /// <exception cref="AmendException">They are missing or broken; the trainee is as it was.</exception>
    public void RestoreBest(ITrainee trainee)
    {
        using var file = Open(_best);
        Copy(file, trainee.Tensors.Select(tensor => tensor with { Name = Trained + tensor.Name }));
    }

    private static IEnumerable<NamedTensor> All(ITrainee trainee) =>
        trainee.Tensors.Select(tensor => tensor with { Name = Trained + tensor.Name }).Concat(trainee.Optimizers.SelectMany(
            (optimizer, i) => optimizer.Optimizer.State.Select(part => part with { Name = $"optimizer.{i}.{part.Name}" })));

    private SafeTensorsFile Open(string path)
    {
        var file = SafeTensorsFile.Open(path);
        if (file.Metadata.GetValueOrDefault("identity") is var found && found == identity)
            return file;
        file.Dispose();
        throw new AmendException(
            $"'{path}' is of another training ({found}) than the one asked for ({identity}); give what it was begun with, "
            + "or remove the folder to start anew.");
    }

    private T Parse<T>(SafeTensorsFile file, string key)
    {
        try
        {
            return JsonSerializer.Deserialize<T>(file.Metadata.GetValueOrDefault(key) ?? "") ?? throw new JsonException("it is null");
        }
        catch (JsonException cause)
        {
            throw new AmendException($"'{_path}' has a broken '{key}' ({cause.Message.TrimEnd('.')}); remove it to start anew.", cause);
        }
    }

    /// <summary>Loads all before the first is copied, so that a broken file changes nothing.</summary>
    private static void Copy(SafeTensorsFile file, IEnumerable<NamedTensor> tensors)
    {
        using var scope = NewDisposeScope();
        using var none = no_grad();
        var loaded = tensors.Select(tensor => (Target: tensor.Value, Value: Load(file, tensor))).ToList();
        foreach (var (target, value) in loaded)
            target.copy_(value);
    }

    private static Tensor Load(SafeTensorsFile file, NamedTensor tensor)
    {
        var shape = file.Entry(tensor.Name).Shape;
        return shape.SequenceEqual(tensor.Value.shape)
            ? file.Load(tensor.Name)
            : throw new AmendException(
                $"'{file.Path}' has '{tensor.Name}' of shape [{string.Join(", ", shape)}], but the training's is "
                + $"[{string.Join(", ", tensor.Value.shape)}]; remove the folder to start anew.");
    }
}
