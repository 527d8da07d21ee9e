using MudBlazor;

namespace Amend.Studio.Layout;

/// <summary>Type and shapes of the components; their colours are those of the style sheet.</summary>
internal static class StudioTheme
{
    private static readonly string[] Family = ["var(--sans)"];

    /// <summary>The theme.</summary>
    public static MudTheme Theme { get; } = new()
    {
        LayoutProperties = new LayoutProperties { DefaultBorderRadius = "4px" },
        Typography = new Typography
        {
            Default = new DefaultTypography { FontFamily = Family, FontSize = ".875rem", LineHeight = "1.45", LetterSpacing = "normal" },
            Body1 = new Body1Typography { FontFamily = Family, FontSize = ".875rem", LineHeight = "1.45", LetterSpacing = "normal" },
            Body2 = new Body2Typography { FontFamily = Family, FontSize = ".8125rem", LineHeight = "1.45", LetterSpacing = "normal" },
            Button = new ButtonTypography
            {
                FontFamily = Family, FontSize = ".8125rem", FontWeight = "550", LetterSpacing = "normal", TextTransform = "none",
            },
            Caption = new CaptionTypography { FontFamily = Family, FontSize = ".75rem", LetterSpacing = "normal" },
            Subtitle1 = new Subtitle1Typography { FontFamily = Family, FontSize = ".875rem", LetterSpacing = "normal" },
            H6 = new H6Typography { FontFamily = Family, FontSize = "1rem", FontWeight = "600", LetterSpacing = "normal" },
        },
    };
}
