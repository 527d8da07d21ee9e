namespace Amend.Editing.HyperNetworks.Files;

/// <summary>The network that made an edit, for the edit's record; the edit holds its changes and needs the network no more.</summary>
/// <param name="Id">The network's id, see <see cref="NetworkRecord.Id"/>.</param>
/// <param name="Hash">SHA-256 of its tensors.</param>
/// <param name="DataHash">SHA-256 of the requests that it was trained on.</param>
/// <param name="Data">Where these are from.</param>
/// <param name="Steps">The steps of its training.</param>
public sealed record NetworkNote(string Id, string Hash, string DataHash, string Data, int Steps)
{
    /// <summary>What records say of a network.</summary>
    public static NetworkNote Of(NetworkRecord record) =>
        new(record.Id, record.TensorsHash, record.Data.Hash, record.Data.Source, record.Steps);
}
