using Amend.Shipping.Adapters;
using Amend.Shipping.Exporting;
using Amend.Shipping.Gguf;
using Amend.Shipping.HuggingFace;
using Amend.Tensors;

namespace Amend.Shipping;

/// <summary>The forms that this build writes, one line each.</summary>
public static class BuiltInExporters
{
    /// <summary>All of them, and those that a host added.</summary>
    public static Registry<IExporter> All { get; } = new("form of export", exporter => exporter.Name,
    [
        new HuggingFaceExporter(),
        new PeftExporter(),
        new GgufExporter(),
        new GgufAdapterExporter(),
    ]);
}
