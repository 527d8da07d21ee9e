using Amend.Editing.Stores;
using Amend.Models;

namespace Amend.Shipping.Gates;

/// <summary>A model that was asked without edits and with them, so that others that should say the same can be held against it.</summary>
internal sealed class ModelCheck
{
    private readonly string _name;
    private readonly CheckPlan _plan;
    private readonly StateAnswers _before;

    private ModelCheck(LanguageModel model, CheckPlan plan, EditStore store, Action<CheckStep> begin)
    {
        (_name, _plan) = (model.Name, plan);
        begin(CheckStep.WithoutEdits);
        _before = StateAnswers.Ask(model, plan);
        begin(CheckStep.WithEdits);
        store.ApplyTo(model, plan.Edits);
        Report = Of(model);
    }

    /// <summary>What the model says with the edits, beside what it says without.</summary>
    public CheckReport Report { get; }

    /// <summary>Loads a model, asks it, applies edits of its store, and asks again; nothing of it stays open.</summary>
    /// <param name="model">The model's folder or GGUF file.</param>
    /// <param name="store">Its edits.</param>
    /// <param name="ids">Whole ids of those that are checked, in the order of their application.</param>
    /// <param name="options">What is asked beside the questions of their records.</param>
    /// <param name="begin">Told of each step before it; what it throws ends the work.</param>
    /// <exception cref="Tensors.AmendException">The model or an edit cannot be read, or a prompt cannot be asked.</exception>
    public static ModelCheck Run(string model, EditStore store, IReadOnlyList<string> ids, CheckOptions options, Action<CheckStep> begin)
    {
        var plan = CheckPlan.Of(store, ids, options);
        using var loaded = LanguageModel.Load(model, options.Load);
        return new ModelCheck(loaded, plan, store, begin);
    }

    /// <summary>What another model says that has the edits in it, beside what this one said without.</summary>
    public CheckReport Of(LanguageModel edited) => CheckReport.Of(_name, _plan, _before, StateAnswers.Ask(edited, _plan));
}

/// <summary>A step of a check.</summary>
internal enum CheckStep
{
    /// <summary>The model is asked as it is.</summary>
    WithoutEdits,

    /// <summary>It is asked with its edits.</summary>
    WithEdits,
}
