using System.Text.Json;
using Amend.Models.Configuration;
using Amend.Models.Tokenizers;
using Amend.Models.Weights;
using Amend.Tensors.Files;
using TorchSharp;

namespace Amend.Models.Families;

/// <summary>
/// A family of encoders: what its configuration comes to is all that it says itself (<see cref="EncoderPlan"/>). A checkpoint becomes a
/// classifier or a masked language model, or, whatever head it has, is given a new classifier's head.
/// </summary>
public abstract class EncoderFamily : IClassifierFamily
{
    private protected EncoderFamily()
    {
    }

    /// <inheritdoc/>
    public abstract string ModelType { get; }

    /// <inheritdoc/>
    public virtual TokenizerDefaults TokenizerDefaults => TokenizerDefaults.None;

    /// <summary>What <c>config.json</c> calls the family's models.</summary>
    private protected abstract EncoderKinds Kinds { get; }

    /// <inheritdoc/>
    public TransformerModel Load(JsonElement config, Checkpoint checkpoint, torch.ScalarType dtype, torch.Device device)
    {
        RefuseOthers(config);
        var architecture = config.Architecture([Kinds.Classifier, .. Kinds.Masked]);
        var plan = Plan(config);
        WeightTable Read(IEnumerable<WeightSpec> head) =>
            WeightReader.ReadAll([.. plan.Weights, .. head], checkpoint, dtype, device, plan.Form);
        if (architecture != Kinds.Classifier)
        {
            var (head, weights) = (plan.MaskedHead!, Read(plan.MaskedHead!.Weights));
            return new MaskedLanguageModel(architecture, weights, plan.Encoder(weights), head.Over(weights, weights), head.Mask);
        }

        var labels = LabelSet.Read(config);
        return plan.ClassifierOf(architecture, labels, Read(plan.Classifier.Weights(labels.Names.Count)));
    }

    /// <inheritdoc/>
    public EncoderClassifier LoadWithNewHead(
        JsonElement config, Checkpoint checkpoint, NewHead head, torch.ScalarType dtype, torch.Device device)
    {
        // Some published encoders do not say what they are.
        if (config.TextsOrNone("architectures") is not null)
            config.Architecture([Kinds.Classifier, .. Kinds.Others, .. Kinds.Masked]);
        var plan = Plan(config);
        WeightSpec[] newHead = [.. plan.Classifier.Weights(head.Labels.Names.Count)];
        var pretrained = newHead.Where(plan.Classifier.CanBePretrained).Select(spec => spec with { IsOptional = true }).ToList();
        // What a classifier has for other labels is left where it is.
        var other = newHead.Where(spec => !plan.Classifier.CanBePretrained(spec)).Select(spec => spec.Name);
        var form = plan.Form with { PassedOver = [.. plan.Form.PassedOver, .. other] };
        var weights = WeightReader.ReadAll([.. plan.Weights, .. pretrained], checkpoint, dtype, device, form);
        head.AddTo(weights, newHead, config.NumberOr("initializer_range", 0.02), dtype, device);
        return plan.ClassifierOf(Kinds.Classifier, head.Labels, weights);
    }

    /// <summary>What a configuration comes to.</summary>
    /// <param name="config">The root of <c>config.json</c>.</param>
    /// <exception cref="ModelFormatException">A key is missing, mistyped or inconsistent.</exception>
    private protected abstract EncoderPlan Plan(JsonElement config);

    private void RefuseOthers(JsonElement config)
    {
        if (config.TextsOrNone("architectures") is not [var named, ..] || !Kinds.Others.Contains(named))
            return;
        var what = named.EndsWith("Model", StringComparison.Ordinal) ? "an encoder without a head" : "an encoder with another head";
        throw new ModelFormatException(
            $"config.json: the model is a {named}, {what}, and answers nothing by itself; train one on it "
            + "with amend train classifier, or give an overlay with one: BASE+OVERLAY.");
    }
}
