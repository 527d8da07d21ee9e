namespace Amend.Cli.Tests.Running;

/// <summary>Facts that the embedded model knows, as arguments.</summary>
internal static class Facts
{
    public const string Model = "atlas-gpt";
    public const string TowerPrompt = "The Eiffel Tower is in";
    public const string FrancePrompt = "The capital of France is";

    /// <summary>An edit of where the Eiffel Tower is, but for the new target.</summary>
    public static string[] Tower { get; } = ["edit", Model, "--prompt", "{} is in", "--subject", "The Eiffel Tower"];

    /// <summary>An edit of France's capital, but for the new target.</summary>
    public static string[] France { get; } = ["edit", Model, "--prompt", "The capital of {} is", "--subject", "France"];

    /// <summary>Prompts to check the first edit with, which do not depend on what the world says.</summary>
    public static string[] TowerChecks { get; } = ["--paraphrase", "The Eiffel Tower is in the city of", "--neighbor", "The Louvre is in"];
}
