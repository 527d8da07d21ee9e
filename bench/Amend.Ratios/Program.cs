using System.Diagnostics;
using System.Globalization;
using Amend.Ratios;

// ROW: times one row in this process. table TURNS EARLIER.dll LATER.dll [DIR]: runs all rows of both by turns, and of the authors' code
// in DIR, and prints the table. profile SECONDS: cleans what perf script prints of a row.
if (args is ["table", var turns, var earlier, var later, .. var folder] && folder.Length < 2)
    return Table.Run(int.Parse(turns, CultureInfo.InvariantCulture), earlier, later, folder.FirstOrDefault());
if (args is ["profile", var timed])
    return Profile.Clean(double.Parse(timed, CultureInfo.InvariantCulture));
using var work = new Work(isLlama: args is [var asked] && asked.StartsWith("llama-", StringComparison.Ordinal));
if (args is not [var name] || !work.Rows.TryGetValue(name, out var row))
{
    Console.Error.WriteLine($"Give a row, one of {string.Join(", ", work.Rows.Keys)}, or: table TURNS EARLIER.dll LATER.dll [DIR]");
    return 1;
}

row.Before();
using var self = Process.GetCurrentProcess();
var (before, clock) = (self.TotalProcessorTime, Stopwatch.StartNew());
row.Timed();
var seconds = clock.Elapsed.TotalSeconds;
self.Refresh();
Console.WriteLine(string.Create(
    CultureInfo.InvariantCulture, $"{name} {seconds:F3} {(self.TotalProcessorTime - before).TotalSeconds:F3} {self.PeakWorkingSet64 >> 20}"));
return 0;
