using Amend.Shipping.Adapters;
using Amend.Shipping.Gguf;
using Amend.Shipping.Importing;
using Amend.Tensors;

namespace Amend.Shipping;

/// <summary>The forms that this build imports, one line each; the first that reads a path is asked.</summary>
public static class BuiltInImporters
{
    /// <summary>All of them, and those that a host added.</summary>
    public static Registry<IImporter> All { get; } = new("form of import", importer => importer.Name,
    [
        new PeftImporter(),
        new GgufAdapterImporter(),
        new EditFileImporter(),
    ]);
}
