using Amend.Atlas.Facts;

namespace Amend.Atlas.Claims;

/// <summary>
/// Objects that a subject does not have, drawn as often as the relation's facts have them, so that no object is by itself a sign of a
/// false claim.
/// </summary>
internal static class OtherObjects
{
    /// <summary>Draws one.</summary>
    /// <returns>Another object of the same relation; null where it has no other.</returns>
    public static string? Draw(Fact fact, Random random)
    {
        if (fact.Relation.Objects.Count < 2)
            return null;
        string drawn;
        do
            drawn = fact.Relation.Facts[random.Next(fact.Relation.Facts.Count)].Object;
        while (drawn == fact.Object);
        return drawn;
    }
}
