using System.Text.Json.Serialization;
using Amend.Editing.Workbench;
using Amend.Models.Taps;

namespace Amend.Editing.Adaptors;

/// <summary>Settings of editors that put an adaptor on one linear layer and train what it gives.</summary>
public abstract record AdaptorOptions : EditorOptions
{
    /// <summary>The layer with the adaptor; none by default, and a preset gives it for known models.</summary>
    [JsonConverter(typeof(LayerListConverter))]
    public override IReadOnlyList<int> Layers { get; init; } = [];

    /// <summary>
    /// The linear map whose output is replaced, by its name within a block or the name's ending, such as <c>c_fc</c>; the MLP's down
    /// projection where empty, the default.
    /// </summary>
    public string Module { get; init; } = "";

    /// <summary>The stack of the layer; by default, null, the encoder of an encoder-decoder, and of other models the only one.</summary>
    public Stack? Stack { get; init; }

    /// <summary>Adam's steps; 100 by default.</summary>
    public int NIter { get; init; } = 100;

    /// <summary>Adam's rate; by default that of the authors' settings.</summary>
    public abstract double EditLr { get; init; }

    /// <inheritdoc/>
    internal override void Check(OptionProblems problems, int layers)
    {
        problems.Add(LayerList.Wrong(Layers, layers));
        problems.Require(Layers.Count <= 1 && !LayerList.IsAll(Layers), "layers must be one, the one that has the adaptor");
        problems.Count("n_iter", NIter);
        problems.Rate("edit_lr", EditLr);
        problems.Require(Post.Length == 0, "post changes weights, and an adaptor changes none");
    }
}
