using Microsoft.AspNetCore.Components;
using Microsoft.AspNetCore.Components.Rendering;

namespace Amend.Studio.Elements;

/// <summary>A text of a drawing; Razor takes the element of that name for one of its own.</summary>
public sealed class SvgText : ComponentBase
{
    /// <summary>Its class.</summary>
    [Parameter]
    public string? Class { get; set; }

    /// <summary>Where it is, across.</summary>
    [Parameter, EditorRequired]
    public double X { get; set; }

    /// <summary>Where it is, down.</summary>
    [Parameter, EditorRequired]
    public double Y { get; set; }

    /// <summary>What it says.</summary>
    [Parameter, EditorRequired]
    public string Text { get; set; } = "";

    /// <inheritdoc/>
    protected override void BuildRenderTree(RenderTreeBuilder builder)
    {
        builder.OpenElement(0, "text");
        builder.AddAttribute(1, "class", Class);
        builder.AddAttribute(2, "x", Figures.Plain(X));
        builder.AddAttribute(3, "y", Figures.Plain(Y));
        builder.AddContent(4, Text);
        builder.CloseElement();
    }
}
