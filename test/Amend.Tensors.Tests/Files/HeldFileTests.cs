using Amend.Tensors.Files;

namespace Amend.Tensors.Tests.Files;

public sealed class HeldFileTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void One_at_a_time_holds_a_file()
    {
        var path = _folder.File("lock");
        using (HeldFile.TryHold(path))
            Assert.Null(HeldFile.TryHold(path));

        using var again = HeldFile.TryHold(path);
        Assert.NotNull(again);
    }

    [Fact]
    public void A_folder_that_is_missing_is_not_taken_for_a_file_that_is_held() =>
        Assert.Throws<DirectoryNotFoundException>(() => HeldFile.TryHold(_folder.File("missing/lock")));
}
