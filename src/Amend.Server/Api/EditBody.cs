using Amend.Editing;
using Amend.Editing.Editors;
using Amend.Editing.Sessions;
using Amend.Models.Chat;
using Amend.Server.Jobs;
using Amend.Server.Security;

namespace Amend.Server.Api;

/// <summary>An order for edits, as <c>amend edit</c> takes it.</summary>
public sealed record EditBody : FactsBody
{
    /// <summary>The method.</summary>
    public string Editor { get; init; } = "rome";

    /// <summary>The layer to edit; the preset's for the model when null.</summary>
    public int? Layer { get; init; }

    /// <summary>Settings of the editor by their names, such as <c>v_lr</c>.</summary>
    public IReadOnlyDictionary<string, string> Settings { get; init; } = new Dictionary<string, string>();

    /// <summary>The seed of everything sampled.</summary>
    public int Seed { get; init; }

    /// <summary>Whether applied edits of the same subject and prompt are taken back in the same step.</summary>
    public bool Replace { get; init; }

    /// <summary>Whether it is edited also where the model gives the target already.</summary>
    public bool Anyway { get; init; }

    /// <summary>Whether an editor that makes one edit at a time makes those of several facts in turn.</summary>
    public bool InTurn { get; init; }

    /// <summary>Whether the edited prompt is asked through the chat template, too.</summary>
    public bool Chat { get; init; }

    /// <summary>What it is in the library, before the model is looked at, so that what cannot be is refused at once.</summary>
    /// <exception cref="Tensors.AmendException">The editor is unknown, or a fact or a setting cannot be used.</exception>
    internal EditOrder ToOrder(AllowedFolders folders) => new(BuiltInEditors.Find(Editor), ToRequests(folders))
    {
        Context = new EditContext
        {
            Layer = Layer,
            Seed = Seed,
            Settings = Settings.ToDictionary(setting => setting.Key, setting => folders.Setting(setting.Value)),
        },
        Policy = new EditPolicy(Replace, Anyway, InTurn),
        InFull = Facts.Count == 1,
    };

    /// <summary>The order as a job works it off.</summary>
    internal EditOrder For(EditOrder order, EditSession session, JobWork work, CancellationToken stop)
    {
        session.Model.Require(order.Editor.Name, order.Editor.Info.Kinds);
        return order with
        {
            Context = order.Context with { Stop = stop, Progress = work.Progress<EditProgress>() },
            Chat = Chat ? ChatModel.Of(session.Model) : null,
        };
    }
}
