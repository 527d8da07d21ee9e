namespace Amend.Reports.Pages;

/// <summary>A report that is written from top to bottom, whatever form it takes. All texts are plain texts.</summary>
public interface IPage
{
    /// <summary>A section's heading.</summary>
    void Heading(string text);

    /// <summary>A paragraph.</summary>
    void Paragraph(string text);

    /// <summary>A sentence that must not be overlooked.</summary>
    void Warning(string text);

    /// <summary>A remark in smaller type.</summary>
    void Note(string text);

    /// <summary>Names with their values.</summary>
    void Facts(IEnumerable<(string Name, string Value)> facts);

    /// <summary>A table.</summary>
    void Table(PageTable table);

    /// <summary>Pictures side by side where there is room; a form without pictures leaves them out.</summary>
    void Figures(IReadOnlyList<PageFigure> figures);

    /// <summary>A part that is folded away where the form can do that.</summary>
    /// <param name="summary">What is in it.</param>
    /// <param name="open">Whether it is unfolded at first.</param>
    /// <param name="write">Writes it.</param>
    void Fold(string summary, bool open, Action<IPage> write);
}
