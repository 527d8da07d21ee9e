using Amend.Editing;

namespace Amend.Shipping.Importing;

/// <summary>A form in which changes that another program or another store has made come in as edits.</summary>
public interface IImporter
{
    /// <summary>What messages and records call it, such as <c>peft</c>.</summary>
    string Name { get; }

    /// <summary>What it reads, in a few words.</summary>
    string Description { get; }

    /// <summary>Whether a folder or file is of this form, by its name and first bytes alone.</summary>
    bool Reads(string path);

    /// <summary>Reads it as an edit; the caller disposes.</summary>
    /// <exception cref="Tensors.AmendException">It is broken, of another model, or changes what an edit does not.</exception>
    Edit Read(ImportJob job);
}
