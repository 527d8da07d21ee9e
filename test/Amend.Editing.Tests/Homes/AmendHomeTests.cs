using Amend.Editing.Homes;
using Amend.Editing.Statistics;
using Amend.Editing.Stores;

namespace Amend.Editing.Tests.Homes;

[Collection(nameof(ProcessWide))]
public sealed class AmendHomeTests : IDisposable
{
    private const string Variable = "AMEND_HOME";
    private readonly string? _before = Environment.GetEnvironmentVariable(Variable);

    public void Dispose() => Environment.SetEnvironmentVariable(Variable, _before);

    [Fact]
    public void The_home_is_the_one_that_the_environment_names_now()
    {
        using var model = TinyModels.Gpt2();
        foreach (var name in (string[])["one", "two"])
        {
            var folder = Path.Combine(Path.GetTempPath(), "amend-home-" + name);
            Environment.SetEnvironmentVariable(Variable, folder);

            Assert.Equal(folder, AmendHome.Default.Folder);
            Assert.StartsWith(folder, SecondMomentLibrary.Default.PathFor(model, 0), StringComparison.Ordinal);
            Assert.StartsWith(folder, new EditStore(model).PathOf("0123"), StringComparison.Ordinal);
            Assert.False(Directory.Exists(folder));
        }
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public void Without_one_it_is_in_the_users_folder(string? value)
    {
        Environment.SetEnvironmentVariable(Variable, value);

        Assert.Equal(Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.UserProfile), ".amend"), AmendHome.Default.Folder);
    }
}
