using Amend.Editing.Homes;
using Amend.Editing.HyperNetworks;
using Amend.Editing.HyperNetworks.Files;
using Amend.Models;
using Amend.Testing.HyperNetworks;

namespace Amend.Editing.Tests.HyperNetworks;

/// <summary>A tiny model's folder, a home, and short trainings of the smallest network for it.</summary>
internal sealed class TinyTraining : IDisposable
{
    public TinyTraining()
    {
        Model = Folder.Load();
        Networks = new NetworkStore(Folder.Home);
    }

    public TinyModelFolder Folder { get; } = new();

    public AmendHome Home => Folder.Home;

    public LanguageModel Model { get; }

    public NetworkStore Networks { get; }

    public static NetworkTrainer Trainer { get; } = new(new RateNetworkKind());

    public static NetworkData Data { get; } = NetworkData.Parted("names", [.. Requests(10)], new DataSplit(Seed: 1, Share: 0.2));

    /// <summary>Requests about subjects of their own.</summary>
    public static IEnumerable<EditRequest> Requests(int count) => Enumerable.Range(0, count).Select(number =>
        new EditRequest("{} is in", $"The Tower {(char)('a' + number)}", number % 2 == 0 ? "Rome" : "Goa")
        {
            Paraphrases = [$"So, the Tower {(char)('a' + number)} is in"],
            Neighbors = ["The Space Needle is in"],
        });

    public NetworkTraining Training(params IEnumerable<(string Name, string Value)> settings) => new()
    {
        Networks = Networks,
        Settings = settings.ToDictionary(setting => setting.Name, setting => setting.Value),
    };

    public NetworkFile Train(params IEnumerable<(string Name, string Value)> settings) =>
        Trainer.Train(Model, Data, Training([("steps", "3"), .. settings])).File!;

    public EditContext Context(params IEnumerable<(string Name, string Value)> settings) => new()
    {
        Networks = Networks,
        EvenIfAnswered = true,
        Settings = settings.ToDictionary(setting => setting.Name, setting => setting.Value),
    };

    public void Dispose()
    {
        Networks.Dispose();
        Model.Dispose();
        Folder.Dispose();
    }
}
