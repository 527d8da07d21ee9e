using Amend.Editing;
using Amend.Editing.Editors;
using Amend.Editing.Homes;
using Amend.Editing.HyperNetworks;
using Amend.Editing.HyperNetworks.Files;
using Amend.Models;
using Amend.Models.Families;

namespace Amend.Contracts.Tests;

/// <summary>
/// Networks of registered editors for tiny models, trained for a step on their way to be used; it owns the folder that they lie in.
/// </summary>
internal sealed class TinyNetworks : IDisposable
{
    /// <summary>Settings with which a network's very first updates follow the gradient downhill; one that is not named has its defaults.</summary>
    private static readonly Dictionary<string, string> Needs = new()
    {
        ["mend"] = "rank=2;norm=false;edit_lr=-0.005;lr=1e-9;lr_lr=1e-9;batch_size=2;validation_edits=1",
        ["enn"] = "edit_lr=0.005;lr_lr=1e-9;batch_size=2;validation_edits=1",
    };

    private readonly TempFolder _folder = new();

    public TinyNetworks() => Store = new NetworkStore(new AmendHome(_folder.File("home")));

    public NetworkStore Store { get; }

    /// <summary>The editors with a network that edit models of a kind.</summary>
    public static IEnumerable<string> EditorsOf(ModelKinds kind) =>
        BuiltInNetworks.Names.Where(name => BuiltInEditors.Find(name).Info.Kinds.HasFlag(kind));

    /// <summary>Trains a network for a model, and gives what an editor is given to use it.</summary>
    public EditContext Train(string editor, LanguageModel model, params IReadOnlyList<EditRequest> requests)
    {
        var settings = $"steps=1;{Needs.GetValueOrDefault(editor, "")}"
            .Split(';', StringSplitOptions.RemoveEmptyEntries).Select(setting => setting.Split('=')).ToDictionary(parts => parts[0], parts => parts[1]);
        var trained = BuiltInNetworks.Trainer(editor).Train(
            model, new NetworkData("texts", requests, requests), new NetworkTraining { Networks = Store, Settings = settings });
        Assert.NotNull(trained.File);
        return new EditContext { Networks = Store, EvenIfAnswered = true };
    }

    public void Dispose()
    {
        Store.Dispose();
        _folder.Dispose();
    }
}
