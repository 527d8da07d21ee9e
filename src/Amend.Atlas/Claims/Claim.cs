using Amend.Atlas.Facts;

namespace Amend.Atlas.Claims;

/// <summary>A claim about a subject of a world: that it has an object.</summary>
/// <param name="Fact">What is true of the subject.</param>
/// <param name="Object">What is claimed.</param>
public sealed record Claim(Fact Fact, string Object)
{
    /// <summary>What FEVER calls a true claim.</summary>
    public const string Supports = "SUPPORTS";

    /// <summary>What FEVER calls a false claim.</summary>
    public const string Refutes = "REFUTES";

    /// <summary>Whether the world says so.</summary>
    public bool IsTrue => Object == Fact.Object;

    /// <summary>The claim's label.</summary>
    public string Label => IsTrue ? Supports : Refutes;

    /// <summary>The claim as text, in one of its relation's <see cref="ClaimForms"/>.</summary>
    public string In(ClaimForm form) => form.Fill(Fact.Subject, Object).Text;
}
