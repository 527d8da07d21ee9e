using Amend.Editing.Checks;
using Amend.Models;
using Amend.Tensors;

namespace Amend.Editing.Sessions;

/// <summary>Asks a model before and after an order, in full for a single fact, else for the targets alone.</summary>
internal sealed class OrderCheck
{
    private readonly EditCheck? _inFull;
    private readonly RequestsCheck? _targets;

    private OrderCheck(LanguageModel model, EditOrder order)
    {
        if (order.InFull)
            _inFull = EditCheck.Before(model, order.Requests[0], order.Chat);
        else
            _targets = RequestsCheck.Before(model, order.Requests);
    }

    /// <summary>Asks before.</summary>
    public static OrderCheck Before(LanguageModel model, EditOrder order) => new(model, order);

    /// <summary>Refuses requests whose targets the model gives already.</summary>
    /// <exception cref="AmendException">There is one.</exception>
    public void RefuseAnswered(string model)
    {
        if (_targets?.GivenBefore is { Count: > 0 } given)
        {
            throw new AmendException(
                $"'{model}' gives {given.Count} of {_targets.Count} targets already, "
                + $"such as '{given[0].TargetNew.Trim()}' to '{given[0].FilledPrompt}', so there is nothing to edit there; "
                + "leave them out, or ask for the edits anyway (--anyway).");
        }
    }

    /// <summary>Asks after, and notes what came of it.</summary>
    public void Complete(EditPreview made)
    {
        made.Answers = _inFull?.After();
        made.Check = _targets?.After() ?? new RequestsReport([_inFull!.Outcome(made.Answers!)]);
    }
}
