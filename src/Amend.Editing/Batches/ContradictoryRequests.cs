using Amend.Tensors;

namespace Amend.Editing.Batches;

/// <summary>Requests of one batch that ask for two answers to one question, of which only one could hold.</summary>
internal static class ContradictoryRequests
{
    /// <summary>Refuses a batch in which the same subject and prompt have two targets.</summary>
    /// <exception cref="AmendException">There is such a pair; the first is named.</exception>
    public static void Refuse(IReadOnlyList<EditRequest> requests)
    {
        var first = new Dictionary<(string Prompt, string Subject), (int Place, string Target)>();
        foreach (var (i, request) in requests.Index())
        {
            var target = request.TargetNew.Trim();
            if (!first.TryAdd((request.Prompt.Trim(), request.Subject.Trim()), (i, target)) && first[(request.Prompt.Trim(), request.Subject.Trim())] is var (place, other) && other != target)
                throw new AmendException($"Requests {place + 1} and {i + 1} of the batch contradict each other, '{request.FilledPrompt}' with '{other}' and with '{target}'; leave one out.");
        }
    }
}
