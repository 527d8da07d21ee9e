namespace Amend.Tensors.Files;

/// <summary>The rule that tensors cover a file's data exactly: no shared byte, no hole, nothing missing, nothing after.</summary>
internal static class SafeTensorsLayout
{
    /// <summary>Sorts the entries by their place and checks them against the <paramref name="dataLength"/> bytes there are.</summary>
    public static void SortAndCheck(List<TensorEntry> entries, long dataLength, string file)
    {
        entries.Sort(ByPlace);
        long end = 0;
        var before = "the header";
        foreach (var entry in entries)
        {
            var name = ShownName.Of(entry.Name);
            if (entry.Begin < end)
            {
                throw SafeTensorsException.Broken(
                    SafeTensorsError.OverlappingTensors,
                    file,
                    $"tensor {name} begins at data byte {entry.Begin}, before the end of {before} at {end}");
            }

            if (entry.Begin > end)
            {
                throw SafeTensorsException.Broken(
                    SafeTensorsError.HoleBetweenTensors,
                    file,
                    $"{entry.Begin - end} bytes between {before} and tensor {name} at data byte {entry.Begin} belong to no tensor");
            }

            if (entry.End > dataLength)
            {
                throw SafeTensorsException.Broken(
                    SafeTensorsError.DataTruncated,
                    file,
                    $"tensor {name} ends at data byte {entry.End}, but the file has only {dataLength}");
            }

            end = entry.End;
            before = $"tensor {name}";
        }

        if (end < dataLength)
        {
            throw SafeTensorsException.Broken(
                SafeTensorsError.TrailingBytes,
                file,
                $"{dataLength - end} bytes after {before} at data byte {end} belong to no tensor");
        }
    }

    private static int ByPlace(TensorEntry left, TensorEntry right) =>
        (left.Begin, left.End, left.Name).CompareTo((right.Begin, right.End, right.Name));
}
