using Amend.Editing;
using Amend.Shipping.Importing;
using Amend.Tensors;
using Amend.Tensors.Files;
using Amend.Tensors.LinearAlgebra;
using static TorchSharp.torch;

namespace Amend.Shipping.Adapters;

/// <summary>
/// An adapter of PEFT as an edit: LoRA (Hu et al. 2021, arXiv 2106.09685) on linear layers and embeddings, rsLoRA's scale, DoRA's
/// magnitudes (Liu et al. 2024, arXiv 2402.09353), trained biases and modules that were saved whole.
/// </summary>
public sealed class PeftImporter : IImporter
{
    /// <inheritdoc/>
    public string Name => "peft";

    /// <inheritdoc/>
    public string Description => "a LoRA adapter's folder, as PEFT saves it";

    /// <inheritdoc/>
    public bool Reads(string path) => File.Exists(Path.Combine(path, PeftNames.ConfigFile));

    /// <inheritdoc/>
    public Edit Read(ImportJob job)
    {
        var configuration = PeftConfiguration.Read(job.Path);
        var path = Path.Combine(job.Path, PeftNames.TensorsFile);
        if (!File.Exists(path))
            throw new AmendException($"'{job.Path}' has no {PeftNames.TensorsFile}; save the adapter with PEFT's save_pretrained().");
        using var file = SafeTensorsFile.Open(path);
        var changes = new Dictionary<string, IWeightDelta>(StringComparer.Ordinal);
        try
        {
            var tensors = new PeftTensors(file);
            foreach (var module in tensors.Modules)
                Add(changes, new Module(job, configuration, file, tensors, module));
            return changes.Count > 0
                ? job.ToEdit(Name, ContentHash.ReadFile(path), configuration.Base, changes)
                : throw new AmendException($"'{path}' has no tensor that changes anything; give the adapter of a finished training.");
        }
        catch
        {
            foreach (var change in changes.Values)
                change.Dispose();
            throw;
        }
    }

    private static void Add(Dictionary<string, IWeightDelta> changes, Module module)
    {
        using var none = no_grad();
        if (module.HasFactors)
            changes.Add(module.Weight("weight"), module.Has(PeftPart.Magnitude) ? module.Turned() : module.Factors());
        else if (module.Has(PeftPart.Weight))
            changes.Add(module.Weight("weight"), module.Replaced(PeftPart.Weight, "weight"));
        if (module.Has(PeftPart.Bias))
            changes.Add(module.Weight("bias"), module.Replaced(PeftPart.Bias, "bias"));
    }

    /// <summary>A module of the model that the adapter has tensors for.</summary>
    private sealed record Module(ImportJob Job, PeftConfiguration Configuration, SafeTensorsFile File, PeftTensors Tensors, string Name)
    {
        private static readonly PeftPart[] Factor = [PeftPart.A, PeftPart.B, PeftPart.EmbeddingA, PeftPart.EmbeddingB];

        public bool HasFactors => Factor.Any(Has);

        public bool Has(PeftPart part) => Tensors.Find(Name, part) is not null;

        /// <summary>The name of the module's weight or bias in the model, of which an adapter may leave out the first parts.</summary>
        public string Weight(string kind)
        {
            var name = $"{Name}.{kind}";
            if (Job.Model.HasWeight(name))
                return name;
            var found = Job.Model.Names.Where(other => other.EndsWith($".{name}", StringComparison.Ordinal)).ToList();
            return found is [var only] ? only : throw new AmendException(
                $"'{Job.Path}' changes '{name}', which '{Job.Model.Source.Name}' does not have{NearestName.Hint(name, Job.Model.Names)}; "
                + $"give an adapter of this model{(Configuration.Base is { } named ? $" (this one is for '{named}')" : "")}.");
        }

        /// <summary>scale · B A as factors.</summary>
        public LowRankDelta Factors()
        {
            using var scope = NewDisposeScope();
            var (left, right) = Scaled();
            return new LowRankDelta(left, right);
        }

        /// <summary>DoRA: rows of W + scale · B A, each of the length that its magnitude says.</summary>
        public DenseDelta Turned()
        {
            using var scope = NewDisposeScope();
            var (left, right) = Scaled();
            var before = Job.Model.Load(Weight("weight"));
            var sum = before + left.matmul(right.t());
            var magnitude = Load(PeftPart.Magnitude).view(-1, 1);
            return new DenseDelta((magnitude / sum.norm(1, keepdim: true) * sum) - before);
        }

        /// <summary>What takes the place of a parameter, as a change of it.</summary>
        public DenseDelta Replaced(PeftPart part, string kind)
        {
            using var scope = NewDisposeScope();
            var weight = Job.Model.Weight(Weight(kind));
            var value = Load(part);
            if (weight.StoredTransposed)
                value = value.t();
            Require(value.shape.AsSpan().SequenceEqual(weight.Value.shape), $"[{string.Join(',', value.shape)}]");
            return new DenseDelta(value - Job.Model.Load(weight.Name));
        }

        private (Tensor Left, Tensor Right) Scaled()
        {
            var isEmbedding = Has(PeftPart.EmbeddingA);
            var (a, b) = isEmbedding ? (PeftPart.EmbeddingA, PeftPart.EmbeddingB) : (PeftPart.A, PeftPart.B);
            if (!Has(a) || !Has(b))
            {
                var found = Factor.Select(part => Tensors.Find(Name, part)).First(name => name is not null);
                throw new AmendException($"'{File.Path}' has {found} and not the other factor; save the adapter again with PEFT.");
            }

            var (a_RI, b_OR) = (Load(a), Load(b) * Configuration.Scale(Name));
            var (left, right) = isEmbedding ? (a_RI.t(), b_OR) : (b_OR, a_RI.t());
            var shape = Job.Model.Weight(Weight("weight")).Value.shape;
            Require(
                shape.Length == 2 && left.shape[0] == shape[0] && right.shape[0] == shape[1] && left.shape[1] == right.shape[1],
                $"[{string.Join(',', b_OR.shape)}] and [{string.Join(',', a_RI.shape)}]");
            return (left, right);
        }

        private Tensor Load(PeftPart part) => File.Load(Tensors.Find(Name, part)!, ScalarType.Float32);

        private void Require(bool fits, string found)
        {
            if (fits)
                return;
            var shape = string.Join(',', Job.Model.Weight(Weight("weight")).Value.shape);
            throw new AmendException(
                $"'{File.Path}' has {found} for '{Name}', which is [{shape}] in '{Job.Model.Source.Name}'; give an adapter of this model.");
        }
    }
}
