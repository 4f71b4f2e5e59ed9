"""Names in other languages, word by word in English: ``tasa_aprendizaje`` is a ``rate_learning``, ``trenuj`` is ``train``.

Only whole words of a name are read, so that a name without a foreign word stays as it is.
"""

import functools
import re
import unicodedata

WORDS = {
    "train": "entrenar entrena entrenamiento treinar treina treino treinamento treinando trenar entrainer entraine entrainement "
    "trainiere trainieren addestra addestrare addestramento allena allenamento trenuj ucz uczenie naucz trening egit egitim egitimi latih melatih "
    "pelatihan antrena antreneaza trainen ogren obuchit obuchenie",
    "fit": "ajustar ajusta ajuste ajuster dopasuj anpassen",
    "learn": "aprender aprende apprendre apprends lernen impara",
    "learning": "aprendizaje aprendizagem aprendizado apprentissage apprendimento ogrenme pembelajaran uczenia lern",
    "predict": "predecir predice prediccion predicciones prever preve predizer predicao previsao previsoes predire predici "
    "predizione prevedi vorhersage vorhersagen predykcja przewiduj tahmin tahminler tahmini prediksi memprediksi voorspel predskazat clasificar classificar classer",
    "forward": "adelante avant vorwarts ileri delante frente maju avanti naprzod vooruit",
    "backward": "atras arriere ruckwarts geri mundur indietro wstecz achteruit",
    "backpropagation": "retropropagacion retropropagacao retropropagation retropropagar retropropagazione backpropagasi",
    "propagation": "propagacion propagacao propagazione propagasi yayilim propagacja",
    "propagate": "propagar propager propaga",
    "update": "actualizar actualiza actualizacion atualizar atualiza atualizacao actualiser maj aggiorna aggiornamento aktualisiere guncelle guncelleme perbarui aktualizuj",
    "init": "inicializar inicializa inicializacion inicializacao iniciar inicia initialiser initialise inizializza initialisiere baslat inisialisasi inicjalizuj inicjalizacja",
    "compute": "calcular calcula calculer calcule calcola berechne hesapla hitung oblicz",
    "derivative": "derivada derivadas derivee ableitung turev turevi turunan pochodna derivata afgeleide",
    "gradient": "gradiente gradientes gradienten gradyan gradien",
    "activation": "activacion ativacao aktivierung attivazione aktivasyon aktivasi aktywacja activatie",
    "function": "funcion funcao fonction funktion funzione fonksiyon fonksiyonu fungsi funkcja",
    "loss": "perdida perdidas perda perdas perte pertes verlust verluste perdita kayip strata straty kerugian",
    "cost": "costo coste custo cout kosten maliyet koszt biaya",
    "mse": "ecm eqm",
    "descent": "descenso descendente descida descente discesa abstieg inisi penurunan spadek",
    "squared": "cuadratico cuadratica quadratico quadratica quadratique quadratische quadratischer karesel kuadrat kwadratowy",
    "mean": "medio moyen moyenne mittlere mittlerer ortalama sredni",
    "means": "medie moyennes mittelwerte",
    "centers": "centros centri centres zentren",
    "error": "erro fehler erreur errore hata galat blad bledy kesalahan",
    "entropy": "entropia entropie entropi",
    "cross": "cruzada croisee incrociata",
    "binary": "binaria binario binaire binar",
    "accuracy": "exactitud acuracia exactitude genauigkeit accuratezza dogruluk akurasi dokladnosc",
    "rate": "tasa taxa taux tasso rata oran orani laju",
    "epochs": "epocas epoca epoques epochen epoche epoki epoka epok epoklar donem",
    "iterations": "iteraciones iteracoes iterationen iterazioni iterasi iteracje iteracji vueltas rondas pasadas runden durchlaufe schritte",
    "network": "rede reseau netz netzwerk rete siec jaringan netwerk",
    "neural": "neuronal neuronale neuronales neurale neuronowa neuronowe sinir saraf",
    "neurons": "neuronas neuronios neurones neuronen neuroni neurony noron",
    "layer": "capa camada couche schicht strato katman lapisan warstwa laag",
    "layers": "capas camadas couches schichten strati katmanlar warstwy lagen",
    "dimensions": "dimensiones dimensoes dimensionen dimensioni rozmiary boyutlar tamanos tamanhos tailles",
    "size": "tamano tamanho taille groesse dimensione rozmiar boyut ukuran",
    "input": "entrada entree eingabe ingresso girdi giris masukan wejscie invoer",
    "inputs": "entradas entrees eingaben eingange ingressi girdiler wejscia wejsc",
    "output": "salida saida sortie ausgabe uscita cikti cikis keluaran wyjscie uitvoer",
    "outputs": "salidas saidas sorties ausgaben uscite ciktilar wyjscia wyjsc",
    "hidden": "oculta ocultas oculto ocultos escondida escondidas escondido escondidos cachee cachees versteckt versteckte versteckten verborgen nascosto "
    "nascosti nascosta gizli tersembunyi ukryta ukryte ukrytych",
    "weights": "pesos poids gewichte pesi agirlik agirliklar bobot wagi gewichten",
    "weight": "peso gewicht waga",
    "bias": "sesgo sesgos vies biais obciazenie",
    "seed": "semilla semente graine ziarno tohum seme",
    "target": "objetivo objetivos alvo alvos cible cibles ziel ziele hedef",
    "labels": "etiquetas etiquettes rotulos etiketten etiketler etykiety etichette",
    "label": "etiqueta etiquette rotulo etikett etiket etykieta etichetta",
    "class": "clase classe klasse sinif kelas klasa",
    "classes": "clases klassen siniflar klasy classi",
    "data": "datos dados donnees daten dati veri veriler dane",
    "training_data": "trainingsdaten lerndaten",
    "samples": "muestras amostras echantillons proben campioni ornekler probki ejemplos exemplos exemples esempi",
    "n": "numero nombre anzahl jumlah liczba sayisi cantidad qtd quantidade",
    "max": "maximo maximas maximos",
    "batch": "lote lotes",
    "learning_rate": "lernrate",
    "alpha": "alfa",
    "step": "paso passo etape schritt krok adim langkah",
    "threshold": "umbral limiar seuil schwelle soglia esik",
    "print": "mostrar imprimir",
    "neighbors": "vecinos vizinhos voisins nachbarn vicini sasiedzi sasiadow komsu komsular komsulari tetangga sosedi sosedei buren vecini",
    "clusters": "grupos gruppen gruppi grupy grup kume kumeler kumeleri kelompok klaster klastry klastrow agrupamentos conglomerados",
    "components": "componentes composantes komponenten componenti skladowe skladowych bilesen bilesenler komponen",
    "macro": "makro",
    "weighted": "gewichtet gewichteter ponderado ponderada pondere ponderee pesato pesata wazony",
    "confusion": "verwechslung verwechslungen confusao confusione karisiklik konfusion pomylek konfusi",
    "matrix": "matriz matrice macierz matrisi matriks",
    "recall": "trefferquote sensitivitat exhaustividad sensibilidad revocacao sensibilidade rappel sensibilite richiamo sensibilita duyarlilik czulosc",
    "precision": "prazision precizja kesinlik precisie presisi",
    "true": "wahr wahre reales vrai vraie vrais veri_reali gercek echte prawdziwe sebenarnya verdadero verdadeiro reais",
    "predicted": "gesagt vorhergesagt vorausgesagt predicho predichos predichas previsto previstos predit predits previste przewidziane tebakan",
    "parameters": "parametros parametres parametri",
    "": "de del la el los las dos das du des le les il lo di della",
}  # fmt: skip
ENGLISH = {word: english for english, words in WORDS.items() for word in words.split()}


def without_accents(word):
    """A word in plain letters.

    >>> without_accents("iteração")
    'iteracao'
    """
    return "".join(letter for letter in unicodedata.normalize("NFD", word) if not unicodedata.combining(letter))


@functools.lru_cache(maxsize=4000)
def in_english(name):
    """A plain name (lower case, words joined by underscores) with its foreign words in English; else as it is.

    >>> in_english("tasa_de_aprendizaje"), in_english("hidden_size"), in_english("n_entradas")
    ('rate_learning', 'hidden_size', 'n_inputs')
    """
    words = [(word, re.sub(r"\d+$", "", word)) for word in without_accents(name).split("_")]
    if not any(ENGLISH.get(bare) for _, bare in words):
        return name
    found = [ENGLISH.get(bare, bare) + word[len(bare) :] for word, bare in words]
    return "_".join(word for word in found if word).replace("descent_gradient", "gradient_descent")


def turned(name):
    """The words the other way round, as where the noun comes first: ``rate_learning`` -> ``learning_rate``."""
    return "_".join(reversed(name.split("_")))
