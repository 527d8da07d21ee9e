namespace Amend.Contracts.Tests;

/// <summary>The forms in which an editor that changes what layers give out is tried, as settings.</summary>
internal static class AdaptorForms
{
    private static readonly Dictionary<string, string[]> Known = new()
    {
        ["grace"] =
        [
            "n_iter=12;eps=0.01;replacement=replace_last;val_init=warm",
            "n_iter=12;eps=0.01;replacement=replace_prompt",
            "n_iter=12;eps=0.01;replacement=replace_all;rule=published",
        ],
        ["subject-codebook"] = ["v_num_grad_steps=12;v_weight_decay=0;clamp_norm_factor=4;radius=0.1"],
        ["neuraldb"] = ["v_num_grad_steps=12;v_weight_decay=0;clamp_norm_factor=4;gamma=0.3"],
        ["defer"] = ["n_iter=40;edit_lr=0.1;threshold=0.1"],
        ["memory"] = ["n_iter=40;edit_lr=0.1;keys=5"],
    };

    /// <summary>The settings of each form, <c>name=value</c> with semicolons between.</summary>
    public static IReadOnlyList<string> Of(string editor) => Known[editor];

    /// <summary>The settings of a form.</summary>
    public static Dictionary<string, string> SettingsOf(string form) =>
        form.Split(';').Select(setting => setting.Split('=')).ToDictionary(parts => parts[0], parts => parts[1]);

    /// <summary>Whether an editor answers with a hard gate what it trains with a soft one or with none.</summary>
    public static bool IsHarderThanTrained(string editor) => editor is "defer" or "neuraldb";
}
