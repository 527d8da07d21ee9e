namespace Amend.Server.Tests.Running;

/// <summary>A fact that atlas-gpt knows, as bodies of requests.</summary>
internal static class Facts
{
    public const string Prompt = "The Eiffel Tower is in";

    public static object Tower(string target = "Rome") => new { prompt = "{} is in", subject = "The Eiffel Tower", target_new = target };

    public static object Edit(string target = "Rome", bool replace = false) => new { facts = new[] { Tower(target) }, replace };
}
