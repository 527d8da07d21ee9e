using Amend.Editing.Editors;
using Amend.Studio.Access;
using Amend.Studio.Asking;
using Amend.Studio.Edits;
using Amend.Studio.Elements;
using Amend.Tensors;

namespace Amend.Studio.Tests;

/// <summary>What pages are put together from, without a browser.</summary>
public sealed class PartsTests
{
    [Theory]
    [InlineData("a b c", "a b c", "")]
    [InlineData("a x c", "a b c", "x")]
    [InlineData("a b c d", "a c d", "b")]
    [InlineData("c d", "a b c d", "")]
    [InlineData("x y", "", "x y")]
    public void Tokens_that_another_text_lacks_are_marked(string text, string with, string marked)
    {
        var said = SaidToken.Compare(Words(text), Words(with));

        Assert.Equal(Words(text), said.Select(token => token.Text));
        Assert.Equal(Words(marked), said.Where(token => token.Differs).Select(token => token.Text));
    }

    [Theory]
    [InlineData("rome", "v_lr", "Adam's learning rate for v*; 0.5 by default.")]
    [InlineData("rome", "layer", "The edited layer; none by default, where no preset gives it.")]
    [InlineData("rome", "nothing_such", null)]
    public void Settings_are_explained_where_they_are_declared(string editor, string setting, string? text) =>
        Assert.Equal(text, SettingTexts.Of(BuiltInEditors.Find(editor), setting));

    [Fact]
    public void Nearly_all_settings_of_all_editors_are_explained()
    {
        var settings = BuiltInEditors.All.SelectMany(editor => editor.Settings(null).Select(setting => (editor, setting.Key))).ToList();
        var silent = settings.Where(one => SettingTexts.Of(one.editor, one.Key) is null).Select(one => $"{one.editor.Name}.{one.Key}").ToList();

        Assert.True(silent.Count * 20 < settings.Count, $"{silent.Count} of {settings.Count}: {string.Join(", ", silent)}");
    }

    [Fact]
    public void A_file_of_facts_is_a_list_or_a_fact_a_line()
    {
        const string One = """{"prompt": "{} is in", "subject": "The Eiffel Tower", "target_new": "Rome"}""";

        Assert.Equal(2, FactFile.Read($"[{One}, {One}]").Count);
        Assert.Equal("The Eiffel Tower", FactFile.Read($"{One}\n\n{One}\n")[1].Subject);
        Assert.Contains("no fact", Assert.Throws<AmendException>(() => FactFile.Read("[]")).Message, StringComparison.Ordinal);
        Assert.Contains("no list of facts", Assert.Throws<AmendException>(() => FactFile.Read("a,b")).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Words_of_a_command_are_quoted_for_a_shell() => Assert.Equal(
        """amend ask m 'it'\''s "so" $HOME' --tokens 3""", ShellText.Join("amend", "ask", "m", "it's \"so\" $HOME", "--tokens", null, "3"));

    [Fact]
    public void What_is_filled_in_comes_back_from_its_address()
    {
        var form = new EditForm { Prompt = "{} is & in", Subject = "T", Target = "R", Editor = "ft", Layer = 2, Seed = 3, Replace = true };
        form.Settings["v_lr"] = "0.25";
        var address = Layout.Links.To("/edit", form.ToAddress());

        var read = EditForm.Read(Layout.Links.Read("http://localhost" + address));

        Assert.Equal(form.ToAddress(), read.ToAddress());
    }

    [Theory]
    [InlineData("/history?at=base", "/history?at=base")]
    [InlineData("//elsewhere.example", "/")]
    [InlineData("/\\elsewhere.example", "/")]
    [InlineData("https://elsewhere.example", "/")]
    [InlineData("/a\r\nb", "/")]
    [InlineData(null, "/")]
    public void A_sign_in_leads_to_a_path_of_this_server_alone(string? asked, string to) => Assert.Equal(to, SignInEndpoints.OwnPath(asked));

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
