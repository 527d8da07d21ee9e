namespace Amend.Server.Tests.Running;

/// <summary>atlas-gpt with a chat template that writes a question as the text to continue.</summary>
internal sealed class ChatFolder : IDisposable
{
    private const string Template =
        "{% for message in messages %}{% if message['role'] == 'system' and message['content'] %}{{ message['content'] }} {% endif %}"
        + "{% if message['role'] != 'system' %}{{ message['content'] }}{% endif %}{% endfor %}";

    private readonly TempFolder _folder = new();

    public ChatFolder()
    {
        foreach (var file in Directory.GetFiles(RunningServer.Embedded()))
            File.Copy(file, _folder.File(System.IO.Path.GetFileName(file)));
        File.WriteAllText(_folder.File("chat_template.jinja"), Template);
    }

    public string Path => _folder.Path;

    public void Dispose() => _folder.Dispose();
}
