using Amend.Editing.Adaptors;
using Amend.Editing.Codebooks;
using Amend.Models;
using Amend.Models.Families;
using Amend.Models.Scoring;
using Amend.Models.Weights;
using Amend.Tensors;
using static TorchSharp.torch;

namespace Amend.Editing.Editors.Grace;

/// <summary>
/// One edit of GRACE: the key is read, the codebook says which entry it is about, and that entry's value is trained (Hartvigsen et al.
/// 2023, algorithm 1; <c>grace/editors/grace.py</c> of Thartvigsen/GRACE).
/// </summary>
/// <param name="Effect">The event; the caller disposes.</param>
/// <param name="Step">What it does to the codebook as it is now.</param>
/// <param name="Losses">The loss before each step.</param>
/// <param name="Converged">Whether the model gives the target with it.</param>
internal sealed record GraceEdit(CodebookEffect Effect, CodebookStep Step, IReadOnlyList<LossStep> Losses, bool Converged)
{
    /// <summary>What the reference masks of a decoder's labels: the prompt.</summary>
    private const int Masked = -100;

    /// <summary>Makes the event; the model stays as it is.</summary>
    /// <param name="model">The model, with its applied edits.</param>
    /// <param name="batch">One prompt with its target; its passes go on at the layer from now on.</param>
    /// <param name="weight">The layer's weight.</param>
    /// <param name="options">The settings, checked.</param>
    /// <param name="cold">Gives what a new entry's value begins as, <c>[out]</c>, where it does not start warm.</param>
    /// <param name="onStep">Told of each step before it is made.</param>
    public static GraceEdit Make(
        LanguageModel model, TargetBatch batch, ModelWeight weight, GraceOptions options, Func<Tensor> cold, Action<int>? onStep = null)
    {
        using var scope = NewDisposeScope();
        batch.GoOnFrom(AdaptorLayer.StackOf(model, options), options.Layers[0]);
        using var read = PromptEndReading.Take(model, batch, weight.Name);
        var label = Label(model, batch, options);
        var book = BookOn(model, weight.Name);
        var step = book?.Decide(read.Key, label, options.Rules) ?? new CodebookStep(CodebookStepKind.Add, null, null, 0, options.Eps);
        var start_O = !step.IsNew ? book!.Values[step.Entry] : options.ValInit == ValueStart.Warm ? read.Output : cold();
        var trained = step.Fires
            ? ValueTraining.Train(model, batch, weight.Name, start_O, options, onStep)
            : new TrainedValue(start_O, [LossWithout(model, batch, weight.Name)], Converged: false);
        return new GraceEdit(
            new CodebookEffect(weight.Name, read.Key, trained.Value, label, options.Rules), step, trained.Losses, trained.Converged);
    }

    /// <summary>The codebook of a layer; null where it has none.</summary>
    /// <exception cref="AmendException">The layer has another adaptor.</exception>
    public static Codebook? BookOn(LanguageModel model, string weight) => model.Applied.AdaptorOn(weight) switch
    {
        null => null,
        Codebook book => book,
        _ => throw new AmendException(
            $"An entry of a codebook was asked for '{weight}', which has the adaptor of another editor; take its edits back first, or use "
            + "another layer."),
    };

    private static IReadOnlyList<int> Label(LanguageModel model, TargetBatch batch, GraceOptions options)
    {
        var target = batch.Targets[0];
        if (options.Rule != CodebookRule.Published || model.Transformer is not CausalDecoder)
            return target;
        var prompt = (int)batch.Places[0].item<long>() + 1;
        return [.. Enumerable.Repeat(Masked, prompt), .. target];
    }

    /// <summary>The loss where no entry fires.</summary>
    private static LossStep LossWithout(LanguageModel model, TargetBatch batch, string weight)
    {
        using var none = no_grad();
        using var scope = NewDisposeScope();
        using var view = model.View().Adapt(weight, null);
        var loss = batch.Loss().item<float>();
        return new LossStep(0, loss, loss, 0, 0);
    }
}
