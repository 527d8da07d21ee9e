using Amend.Models;

namespace Amend.Testing;

/// <summary>atlas-gpt, for tests that have the embedded models, with a chat template that writes a question as the text to continue.</summary>
public sealed class ChatFolder : IDisposable
{
    private const string Template =
        "{% for message in messages %}{% if message['role'] == 'system' and message['content'] %}{{ message['content'] }} {% endif %}"
        + "{% if message['role'] != 'system' %}{{ message['content'] }}{% endif %}{% endfor %}";

    private readonly TempFolder _folder = new();

    public ChatFolder()
    {
        var embedded = new ModelLocator().Find("atlas-gpt");
        foreach (var file in Directory.GetFiles(embedded, "*", SearchOption.AllDirectories))
        {
            var at = _folder.File(System.IO.Path.GetRelativePath(embedded, file));
            Directory.CreateDirectory(System.IO.Path.GetDirectoryName(at)!);
            File.Copy(file, at);
        }

        File.WriteAllText(_folder.File("chat_template.jinja"), Template);
    }

    public string Path => _folder.Path;

    public void Dispose() => _folder.Dispose();
}
