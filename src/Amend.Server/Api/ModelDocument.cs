using Amend.Editing.Sessions;
using Amend.Models.Chat;
using Amend.Server.Serving;

namespace Amend.Server.Api;

/// <summary>A served model.</summary>
/// <param name="Name">Its name here.</param>
/// <param name="Architecture">What its configuration calls it.</param>
/// <param name="Layers">Its blocks.</param>
/// <param name="Context">The most tokens of a text.</param>
/// <param name="BaseHash">The hash of its weights without edits.</param>
/// <param name="State">The state that it is in.</param>
/// <param name="HasChat">Whether it has a chat template.</param>
/// <param name="Waiting">How many requests wait for it.</param>
/// <param name="Generating">How many texts it generates.</param>
public sealed record ModelDocument(
    string Name,
    string Architecture,
    int Layers,
    int Context,
    string BaseHash,
    ModelState State,
    bool HasChat,
    int Waiting,
    int Generating)
{
    /// <summary>Describes a model, on its thread.</summary>
    internal static ModelDocument Of(ServedModel served, EditSession session, ModelState state) => new(
        served.Name,
        session.Model.Transformer.Architecture,
        session.Model.Shape.Layers,
        session.Model.Shape.ContextLength,
        session.Store.BaseHash,
        state,
        ChatModel.OfOrNull(session.Model) is not null,
        served.Waiting,
        served.Generating);
}

/// <summary>The served models.</summary>
/// <param name="Models">The models.</param>
public sealed record ModelsDocument(IReadOnlyList<ModelDocument> Models);
