using System.Text;

namespace Amend.Models.Chat.Jinja;

/// <summary>A compiled statement: writes to the output and says how it ended.</summary>
internal delegate Flow JinjaStatement(JinjaScope scope, StringBuilder output);
