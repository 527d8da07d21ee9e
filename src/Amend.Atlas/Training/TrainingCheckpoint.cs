using System.Globalization;
using Amend.Models.Weights;
using Amend.Tensors;
using Amend.Tensors.Files;
using static TorchSharp.torch;

namespace Amend.Atlas.Training;

/// <summary>A training on disk: weights, moments, step and wall time in one safetensors file.</summary>
internal static class TrainingCheckpoint
{
    private const string FileName = "checkpoint.safetensors";

    /// <summary>Writes the checkpoint beside the old one and renames.</summary>
    public static void Save(string folder, WeightTable weights, DecayingAdam optimizer, TrainingState state, TrainingOptions options)
    {
        using var scope = NewDisposeScope();
        var tensors = weights.All.SelectMany((w, i) => new[]
        {
            (w.Name, w.Value.detach()),
            ($"first.{w.Name}", optimizer.Moments[i].First),
            ($"second.{w.Name}", optimizer.Moments[i].Second),
        }).ToList();
        SafeTensorsWriter.Write(Path.Combine(folder, FileName), tensors, new Dictionary<string, string>
        {
            ["step"] = state.Step.ToString(CultureInfo.InvariantCulture),
            ["elapsed"] = state.Elapsed.TotalSeconds.ToString("R", CultureInfo.InvariantCulture),
            ["options"] = options.ToString(),
        });
    }

    /// <summary>Restores a checkpoint into weights and moments where there is one.</summary>
    /// <exception cref="AmendException">The checkpoint belongs to a training with other options.</exception>
    public static TrainingState Restore(string folder, WeightTable weights, DecayingAdam optimizer, TrainingOptions options)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            return new TrainingState();
        using var file = SafeTensorsFile.Open(path);
        if (file.Metadata.GetValueOrDefault("options") != options.ToString())
            throw new AmendException(
                $"'{path}' is the checkpoint of a training with other options ({file.Metadata.GetValueOrDefault("options")}); "
                + "give those, or remove the folder to start anew.");
        using var scope = NewDisposeScope();
        using var none = no_grad();
        for (var i = 0; i < weights.All.Count; i++)
        {
            var (name, value) = (weights.All[i].Name, weights.All[i].Value);
            value.copy_(file.Load(name));
            optimizer.Moments[i].First.copy_(file.Load($"first.{name}"));
            optimizer.Moments[i].Second.copy_(file.Load($"second.{name}"));
        }

        var step = int.Parse(file.Metadata["step"], CultureInfo.InvariantCulture);
        optimizer.ResumeAt(step);
        var seconds = double.Parse(file.Metadata["elapsed"], NumberStyles.Float, CultureInfo.InvariantCulture);
        return new TrainingState { Step = step, Elapsed = TimeSpan.FromSeconds(seconds) };
    }
}
