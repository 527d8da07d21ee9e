using System.Globalization;
using Amend.Server.Serving;
using Microsoft.AspNetCore.Http;

namespace Amend.Server.Wire;

/// <summary>Names the state that answers in the answer's headers.</summary>
internal static class StateHeaders
{
    /// <summary>The fingerprint of the state.</summary>
    public const string State = "Amend-State";

    /// <summary>How many edits it has.</summary>
    public const string Edits = "Amend-Edits";

    /// <summary>Names a state.</summary>
    public static void NameState(this HttpContext context, ModelState state)
    {
        context.Response.Headers[State] = state.Fingerprint;
        context.Response.Headers[Edits] = state.Edits.Count.ToString(CultureInfo.InvariantCulture);
    }

    /// <summary>Names the state of an answer, and gives the answer.</summary>
    public static T Tell<T>(this HttpContext context, InState<T> told)
    {
        context.NameState(told.State);
        return told.Answer;
    }
}
