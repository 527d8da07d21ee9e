using Amend.Models.Tokenizers.Pieces;

namespace Amend.Models.Tokenizers.Formats;

/// <summary>What a SentencePiece model file holds, of what encoding and decoding need (<c>sentencepiece_model.proto</c>).</summary>
internal sealed class SentencePieceFile
{
    private const int BytePairEncoding = 2;
    private const int Unigram = 1;
    private readonly List<ScoredPiece> _pieces = [];
    private int _type = Unigram;
    private byte[] _map = [];

    /// <summary>The pieces by id.</summary>
    public IReadOnlyList<ScoredPiece> Pieces => _pieces;

    /// <summary>Whether the model is a byte-pair encoding; otherwise it is a unigram model.</summary>
    public bool IsBytePairEncoding => _type == BytePairEncoding;

    /// <summary>Whether characters without a piece become the pieces of their bytes.</summary>
    public bool ByteFallback { get; private set; }

    /// <summary>Whether the space in front goes to the end.</summary>
    public bool PrefixIsSuffix { get; private set; }

    /// <summary>The compiled normalization rules; empty for none.</summary>
    public ReadOnlySpan<byte> CharacterMap => _map;

    /// <summary>Whether a space is put in front.</summary>
    public bool Prefixes { get; private set; } = true;

    /// <summary>Whether extra spaces are removed.</summary>
    public bool RemovesExtraSpaces { get; private set; } = true;

    /// <summary>Whether spaces are written as marks.</summary>
    public bool WritesMarks { get; private set; } = true;

    /// <summary>What is written for an unknown piece.</summary>
    public string UnknownSurface { get; private set; } = " \u2047 ";

    /// <summary>The id of characters without a piece.</summary>
    public int Unknown { get; private set; }

    /// <summary>The id that begins a text, or -1.</summary>
    public int Begin { get; private set; } = 1;

    /// <summary>The id that ends a text, or -1.</summary>
    public int End { get; private set; } = 2;

    /// <summary>Reads a file.</summary>
    /// <exception cref="FormatException">It is none, is cut off, or its model is neither BPE nor unigram.</exception>
    public static SentencePieceFile Read(ReadOnlySpan<byte> bytes)
    {
        var file = new SentencePieceFile();
        var reader = new ProtobufReader(bytes);
        while (reader.Read())
        {
            if (reader.Field == 1)
                file._pieces.Add(ReadPiece(reader.Bytes));
            else if (reader.Field == 2)
                file.ReadTrainer(reader.Bytes);
            else if (reader.Field == 3)
                file.ReadNormalizer(reader.Bytes);
        }

        if (file._pieces.Count == 0)
            throw new FormatException("it has no pieces");
        if (file._type is not (Unigram or BytePairEncoding))
            throw new FormatException($"its model type is {file._type}, which is neither unigram (1) nor BPE (2)");
        var unknown = file._pieces.FindIndex(piece => piece.Kind == PieceKind.Unknown);
        file.Unknown = unknown >= 0 ? unknown : throw new FormatException($"none of its {file._pieces.Count} pieces is the unknown one");
        return file;
    }

    private static ScoredPiece ReadPiece(ReadOnlySpan<byte> bytes)
    {
        var piece = new ScoredPiece("", 0);
        var reader = new ProtobufReader(bytes);
        while (reader.Read())
        {
            piece = reader.Field switch
            {
                1 => piece with { Text = reader.String },
                2 => piece with { Score = reader.Single },
                3 => piece with { Kind = (PieceKind)reader.Int32 },
                _ => piece,
            };
        }

        return piece;
    }

    private void ReadTrainer(ReadOnlySpan<byte> bytes)
    {
        var reader = new ProtobufReader(bytes);
        while (reader.Read())
        {
            switch (reader.Field)
            {
                case 3: _type = reader.Int32; break;
                case 24: PrefixIsSuffix = reader.Boolean; break;
                case 35: ByteFallback = reader.Boolean; break;
                case 41: Begin = reader.Int32; break;
                case 42: End = reader.Int32; break;
                case 44: UnknownSurface = reader.String; break;
                default: break;
            }
        }
    }

    private void ReadNormalizer(ReadOnlySpan<byte> bytes)
    {
        var reader = new ProtobufReader(bytes);
        while (reader.Read())
        {
            switch (reader.Field)
            {
                case 2: _map = reader.Bytes.ToArray(); break;
                case 3: Prefixes = reader.Boolean; break;
                case 4: RemovesExtraSpaces = reader.Boolean; break;
                case 5: WritesMarks = reader.Boolean; break;
                default: break;
            }
        }
    }
}
