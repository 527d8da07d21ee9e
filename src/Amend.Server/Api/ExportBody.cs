using Amend.Models;
using Amend.Server.Security;
using Amend.Shipping;
using Amend.Shipping.Exporting;
using Amend.Shipping.Gates;

namespace Amend.Server.Api;

/// <summary>An order for an export, as <c>amend export</c> takes it.</summary>
/// <param name="Form">The form, such as <c>lora</c>.</param>
/// <param name="Name">The name of what is made under the server's folder of exports.</param>
public sealed record ExportBody(string Form, string Name)
{
    /// <summary>Which edits: <c>all</c>, ids divided by commas, or <c>@ID</c>.</summary>
    public string Edits { get; init; } = "all";

    /// <summary>The type of the numbers in the files; by default the source's, and fp32 for adapters.</summary>
    public string? Dtype { get; init; }

    /// <summary>For adapters, the rank to which changes without factors are cut; they are refused when null.</summary>
    public int? Rank { get; init; }

    /// <summary>For GGUF files, whether edited tensors are quantised again.</summary>
    public bool KeepQuant { get; init; }

    /// <summary>What must hold of the model with the edits first, as the text of a gate; nothing when null.</summary>
    public string? Gate { get; init; }

    /// <summary>Whether what was written is read again and asked, and is kept only where it gives what the model gives.</summary>
    public bool Verify { get; init; }

    /// <summary>What it is in the library.</summary>
    /// <exception cref="Tensors.AmendException">The form, type or name is none.</exception>
    internal ExportOrder ToOrder(AllowedFolders folders, LoadOptions load) => new(BuiltInExporters.All.Find(Form), folders.NewExport(Name))
    {
        Edits = Edits,
        Guard = Gate is null && !Verify
            ? null
            : new ExportGuard { Gate = CheckBody.Read(Gate), Verifies = Verify, Check = CheckBody.Options(load) },
        Options = new ExportOptions
        {
            DType = Dtype is { } type ? WrittenType.Find(type) : null,
            Rank = Rank,
            KeepsQuantisation = KeepQuant,
        },
    };
}
